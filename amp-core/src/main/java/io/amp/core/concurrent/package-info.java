/**
 * Task scopes: structured concurrency on virtual threads, and the platform pool for computation.
 *
 * <p>The only package in the core that makes threads. A scope forks tasks, joins them, rethrows the first failure,
 * and on closing interrupts what still runs and waits for it, so no task outlives the block that started it.
 */
@NullMarked
package io.amp.core.concurrent;

import org.jspecify.annotations.NullMarked;
