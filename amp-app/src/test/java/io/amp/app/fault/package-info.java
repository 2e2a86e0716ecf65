/**
 * {@code ampd dev} as a process of its own, killed, frozen and lied to from outside. {@link io.amp.app.fault.DevProcess} runs it, {@link
 * io.amp.app.fault.NodeLine} is its line to the node, {@link io.amp.app.fault.ChainAudit} compares what it serves with what the node has.
 *
 * <p>Short runs belong to every build; the long ones are tagged {@code slow}. All draw from one seed, which they print and {@code
 * -Damp.seed=…} repeats.
 */
@NullMarked
package io.amp.app.fault;

import org.jspecify.annotations.NullMarked;
