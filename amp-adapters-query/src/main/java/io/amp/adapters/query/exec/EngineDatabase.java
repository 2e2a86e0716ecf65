package io.amp.adapters.query.exec;

import io.amp.adapters.query.attest.AttestationFunctions;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckDb;
import io.amp.adapters.query.duckdb.DuckSettings;
import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.evm.UnitFunction;
import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.function.EngineLibrary;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** One database of the engine with the functions that statements have used so far. Thread-safe. */
final class EngineDatabase implements AutoCloseable {
    /** Distinct result shapes of decoders and argument shapes of encoders; the engine keeps a function for good. */
    private static final int FUNCTIONS_MAX = 20_000;

    private final DuckDb database;
    private final String memory;
    private final Set<String> registered = new HashSet<>();

    /** @param memory describes the memory limit, for messages */
    EngineDatabase(DuckSettings settings, String memory) {
        this.database = DuckDb.open(settings);
        this.memory = memory;
        try {
            EngineLibrary.definitions()
                    .forEach(overloads -> database.register(overloads.toArray(ScalarFunction[]::new)));
            database.register(UnitFunction.definitions());
            database.register(AttestationFunctions.aggregate());
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    String memory() {
        return memory;
    }

    boolean isUsable() {
        return database.isUsable();
    }

    /** A connection on which the functions exist. */
    DuckConnection connect(Collection<EngineFunction> functions) {
        synchronized (registered) {
            for (EngineFunction function : functions) {
                String name = function.definition().name();
                if (registered.contains(name)) {
                    continue;
                }
                if (registered.size() >= FUNCTIONS_MAX) {
                    throw new AmpException(
                            QueryError.RESOURCES_EXHAUSTED,
                            "Resources exhausted: more than " + FUNCTIONS_MAX
                                    + " different shapes of signatures were used");
                }
                database.register(function.definition());
                registered.add(name);
            }
        }
        return database.connect();
    }

    @Override
    public void close() {
        database.close();
    }
}
