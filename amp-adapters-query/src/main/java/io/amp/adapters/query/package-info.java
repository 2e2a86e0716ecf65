/**
 * The query engine: Calcite is the gate, DuckDB executes.
 *
 * <p>A statement is parsed after a token pre-pass, validated against the catalogue, and only then, as text made
 * from the parsed tree, given to DuckDB; nothing a user writes reaches DuckDB otherwise. The operator table is the
 * whitelist of functions. DuckDB is bound through its C interface with {@code java.lang.foreign}, in one small
 * package: a mistake there ends the whole process.
 *
 * <p>The schema of record is what DuckDB prepares, cast to the types of the contract. Files are pruned from the
 * catalogue before the engine opens any.
 */
@NullMarked
package io.amp.adapters.query;

import org.jspecify.annotations.NullMarked;
