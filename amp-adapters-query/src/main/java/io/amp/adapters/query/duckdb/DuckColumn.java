package io.amp.adapters.query.duckdb;

/** A column of a result. Names may repeat. */
public record DuckColumn(String name, DuckType type) {}
