/**
 * Real blocks of public chains with the rows Amp makes of them, and the Arrow batches of such rows.
 *
 * <p>Start with {@link io.amp.testkit.chain.ChainData}; {@link io.amp.testkit.chain.ArrowRows} turns its rows into a batch of a schema
 * written in the compact notation of {@link io.amp.testkit.chain.CompactSchema}.
 */
@NullMarked
package io.amp.testkit.chain;

import org.jspecify.annotations.NullMarked;
