/**
 * DuckDB, bound through its C interface with {@code java.lang.foreign}.
 *
 * <p>The order of use: {@link io.amp.adapters.query.duckdb.DuckDb} is one in-memory database, {@link
 * io.amp.adapters.query.duckdb.DuckConnection} runs one statement at a time, {@link io.amp.adapters.query.duckdb.DuckStatement} knows
 * the result columns before anything runs, {@link io.amp.adapters.query.duckdb.DuckResult} streams, and {@link
 * io.amp.adapters.query.duckdb.ArrowExport} turns the stream into Arrow batches of exactly the schema asked for. Functions written in
 * Java are {@link io.amp.adapters.query.duckdb.ScalarFunction} and {@link io.amp.adapters.query.duckdb.AggregateFunction}.
 *
 * <p>A wrong address here ends the whole process, so the package is small, keeps every address to itself except inside the accessors of
 * {@link io.amp.adapters.query.duckdb.InputVector} and {@link io.amp.adapters.query.duckdb.OutputVector}, and is fuzzed. Only the stable
 * interface of version 1 ({@code duckdb_*}) is bound; the version of the library is pinned.
 *
 * <p>A call that waits for the engine blocks its carrier when made on a virtual thread: call from platform threads.
 */
@NullMarked
package io.amp.adapters.query.duckdb;

import org.jspecify.annotations.NullMarked;
