/**
 * Durable tasks that materialise one dataset version, the workers that run them and the store that hands them out. Correctness rests on
 * fencing: every transaction a worker makes for a job carries its {@link io.amp.ports.job.Assignment}, and a stale one changes nothing.
 */
@NullMarked
package io.amp.ports.job;

import org.jspecify.annotations.NullMarked;
