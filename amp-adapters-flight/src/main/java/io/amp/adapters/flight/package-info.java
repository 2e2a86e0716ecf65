/**
 * Arrow Flight and Flight SQL in front of the query port.
 *
 * <p>Batches go to the wire as the engine made them. A producer waits until the transport is ready instead of
 * queueing, and stops when the client cancels; whoever took a batch closes it.
 */
@NullMarked
package io.amp.adapters.flight;

import org.jspecify.annotations.NullMarked;
