/**
 * Chain sources, one package for each protocol.
 *
 * <p>A source turns one range of blocks into Arrow rows and says where the chain's head is. It pushes where the
 * protocol can (a subscription, a stream) and polls fast where not. It checks what it can of what a node tells it;
 * it never decides which fork is canonical. Retries, concurrency and rate are bounded by the provider's
 * configuration.
 */
@NullMarked
package io.amp.adapters.sources;

import org.jspecify.annotations.NullMarked;
