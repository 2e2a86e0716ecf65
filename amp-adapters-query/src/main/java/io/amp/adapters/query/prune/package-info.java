/**
 * Which segments a statement has to read: conditions are followed down to the scans, and turned into the block numbers and times for which
 * they can be true. The engine sees only the files of those segments. Nothing here changes the statement, so leaving a segment out is right
 * exactly when none of its rows could have counted.
 */
@NullMarked
package io.amp.adapters.query.prune;

import org.jspecify.annotations.NullMarked;
