/**
 * Queries over extracted dense blocks, through Flight and JSON Lines, against the bare engine on the same files:
 * {@link io.amp.benchmarks.query.QueryBenchmark}. A new query is a new {@link io.amp.benchmarks.query.QueryCase}.
 */
@NullMarked
package io.amp.benchmarks.query;

import org.jspecify.annotations.NullMarked;
