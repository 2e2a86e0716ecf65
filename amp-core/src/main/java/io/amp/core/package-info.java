/**
 * Amp as a library: {@code Amp.builder()} takes ports and hands back a database.
 *
 * <p>The core holds the algorithms and use cases; every effect is behind a port of {@code io.amp.ports}. It has
 * plain constructors, no statics, no environment, and starts nothing before {@code start()}. Feature packages:
 * <ul>
 *     <li>{@code dataset}: references, revisions and manifests; registering, tagging, resolving;
 *     <li>{@code chain}: which segments are canonical, which ranges are missing, how far to rewind after a reorg;
 *     <li>{@code job}: life cycle of jobs, assignment to workers, retry delay, failover;
 *     <li>{@code materialize}: raw and derived extraction into segments;
 *     <li>{@code compact}: plans for joining small segments and deleting unused ones;
 *     <li>{@code query}: the query use cases in front of the engine;
 *     <li>{@code stream}: streaming queries, microbatches and the messages a client sees;
 *     <li>{@code concurrent}: task scopes, the only place where threads are made.
 * </ul>
 *
 * <p>Decisions are pure: values in, values out, tested from tables. What acts on a decision is thin and stands
 * beside it. Time, waiting, threads and randomness come from ports, which lets a seeded simulation run many of
 * these in one process.
 */
@NullMarked
package io.amp.core;

import org.jspecify.annotations.NullMarked;
