package io.amp.testkit.query;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one statement answers: its schema and a script of steps. Immutable; each execution runs the script from its start.
 *
 * @param streaming as the plan says
 */
public record CannedAnswer(TableSchema schema, boolean streaming, List<BlockRange> ranges, List<Step> steps) {
    public CannedAnswer {
        ranges = List.copyOf(ranges);
        steps = List.copyOf(steps);
    }

    /** Without rows. */
    public static CannedAnswer of(TableSchema schema) {
        return new CannedAnswer(schema, false, List.of(), List.of());
    }

    public CannedAnswer asStream() {
        return new CannedAnswer(schema, true, ranges, steps);
    }

    public CannedAnswer over(BlockRange... covered) {
        return new CannedAnswer(schema, streaming, List.of(covered), steps);
    }

    /** Then one more batch, made anew for every execution. */
    public CannedAnswer thenBatch(Supplier<RecordBatch> batch) {
        return then(new Step.Rows(batch));
    }

    /** Then a failure. */
    public CannedAnswer thenFail(RuntimeException failure) {
        return then(new Step.Failure(failure));
    }

    /** Then nothing until the query is cancelled. */
    public CannedAnswer thenHang() {
        return then(new Step.Hang());
    }

    /** Then batches without end. */
    public CannedAnswer thenForever(Supplier<RecordBatch> batch) {
        return then(new Step.Forever(batch));
    }

    private CannedAnswer then(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new CannedAnswer(schema, streaming, ranges, more);
    }

    /** One thing that a running query does. */
    public sealed interface Step {
        /** Hands out a batch. */
        record Rows(Supplier<RecordBatch> batch) implements Step {}

        /** Fails. */
        record Failure(RuntimeException failure) implements Step {}

        /** Waits for its cancellation. */
        record Hang() implements Step {}

        /** Hands out batches until its cancellation. */
        record Forever(Supplier<RecordBatch> batch) implements Step {}
    }
}
