/**
 * Blocks, hashes and the sources they come from. A {@link io.amp.ports.chain.ChainConnector} (one per source kind) opens a
 * {@link io.amp.ports.chain.ChainSource} from a provider's configuration; the source streams {@link io.amp.ports.chain.BlockRows}, one
 * per existing block, each with one Arrow batch per table of the dataset.
 *
 * <p>Block numbers are non-negative {@code long}s (the metadata database stores signed numbers). Number ranges are inclusive.
 */
@NullMarked
package io.amp.ports.chain;

import org.jspecify.annotations.NullMarked;
