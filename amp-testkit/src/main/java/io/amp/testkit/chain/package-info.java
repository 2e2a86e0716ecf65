/**
 * Chains for tests: real recorded blocks, made-up block trees, a source and nodes that serve them, and the contract of sources.
 *
 * <p>Real blocks of public chains with the rows Amp makes of them: {@link io.amp.testkit.chain.ChainData};
 * {@link io.amp.testkit.chain.ArrowRows} turns its rows into a batch of a schema written in the compact notation of
 * {@link io.amp.testkit.chain.CompactSchema}.
 *
 * <p>Chains that change: {@link io.amp.testkit.chain.BlockTree} holds blocks with rows of the real schemas and knows which branch is the
 * chain right now. {@link io.amp.testkit.chain.InMemoryChainSource} streams from it without any network. Every source must pass
 * {@link io.amp.testkit.chain.ChainSourceContract}.
 */
@NullMarked
package io.amp.testkit.chain;

import org.jspecify.annotations.NullMarked;
