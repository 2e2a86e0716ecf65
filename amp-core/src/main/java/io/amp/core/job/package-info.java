/**
 * Jobs: their states and transitions, assignment to workers by epoch, retries and failover.
 *
 * <p>A transition is a function of the stored state and an event; the store applies it atomically, and refuses a
 * writer whose epoch is old. The controller only wakes up, compares what should be with what is, and asks for
 * transitions: it may die at any point.
 */
@NullMarked
package io.amp.core.job;

import org.jspecify.annotations.NullMarked;
