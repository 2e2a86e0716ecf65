/**
 * Keeps PostgreSQL tables equal to Amp tables: every row exactly once, reorgs undone, over restarts and lost
 * connections.
 *
 * <p>Rows and the position in the stream are written in one transaction of the target database; there is no other
 * state.
 */
@NullMarked
package io.amp.ampsync;

import org.jspecify.annotations.NullMarked;
