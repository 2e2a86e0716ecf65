package io.amp.ports.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * SQL front end and execution. Three steps, so that the caller can resolve names in between without the engine knowing a registry:
 * {@link #parse} lists the references, {@link #plan} validates against what they resolved to, {@link #execute} runs over exactly the
 * segments given. Thread-safe. Failures carry a {@link QueryError}; positions point into the user's text.
 */
public interface QueryEngine extends AutoCloseable {
    ParsedStatement parse(String sql);

    /**
     * Validates and compiles; reads no data.
     *
     * @param tables what each reference of the statement resolved to
     */
    Plan plan(ParsedStatement statement, Map<TableReference, ResolvedTable> tables);

    /**
     * Starts a compiled statement.
     *
     * @param segments canonical segments per table, in chain order; an empty list is an empty table
     */
    BatchStream execute(Plan plan, Map<TableKey, List<Segment>> segments, ExecutionOptions options)
            throws InterruptedException;

    @Override
    void close();

    /** Syntax only. */
    interface ParsedStatement {
        String sql();

        /** Tables in FROM that are not CTEs, each distinct spelling once. */
        Set<TableReference> tables();

        /** {@code SETTINGS stream = true}. */
        boolean isStreaming();
    }

    /** A compiled statement; immutable, holds no resources. */
    interface Plan {
        TableSchema schema();

        Set<TableKey> tables();
    }

    /**
     * A catalogued table.
     *
     * @param reference resolved form {@code ns/name@hash}, for messages
     */
    record ResolvedTable(TableKey key, TableDefinition definition, String reference) {}

    /**
     * Limits of one execution.
     *
     * @param timeout zero = none; counted from the start of execution
     * @param maxRows zero = none
     */
    record ExecutionOptions(Duration timeout, long maxRows) {
        public static final ExecutionOptions UNLIMITED = new ExecutionOptions(Duration.ZERO, 0);
    }
}
