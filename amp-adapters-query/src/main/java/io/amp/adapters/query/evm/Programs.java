package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.InputChunk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Compiled signatures by text. The signature of a call is its last argument and the same in every row; each chunk asks once. The engine's
 * own place for such things, the binder of a function, is of no use: it fails when another argument holds a subquery.
 */
final class Programs<T> {
    private static final int ENTRIES_MAX = 1_000;

    private final Function<String, T> compiler;
    private final Map<String, T> compiled = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    Programs(Function<String, T> compiler) {
        this.compiler = compiler;
    }

    /** The program for a chunk of at least one row. */
    T of(InputChunk input) {
        String signature = input.vector(input.columns() - 1).getString(0);
        synchronized (compiled) {
            return compiled.computeIfAbsent(signature, compiler);
        }
    }
}
