/**
 * Composition: adapters bound to ports, and the parts of a process started and stopped together.
 *
 * <p>{@link io.amp.app.node.AmpNode} makes every adapter of one process from a configuration; {@link io.amp.app.node.AmpProcess} runs the
 * parts that a command asks for (query servers, Admin API, controller, worker) until a signal or the failure of one of them. Wiring is
 * plain constructors: the object graph is one screen long, and a reader follows it with "go to definition".
 */
@NullMarked
package io.amp.app.node;

import org.jspecify.annotations.NullMarked;
