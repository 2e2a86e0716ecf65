package io.amp.adapters.query.attest;

import io.amp.adapters.query.duckdb.AggregateFunction;
import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.function.AggregateBuilder;
import io.amp.adapters.query.function.Aggregates;
import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.function.EngineTypes;
import io.amp.adapters.query.function.FunctionCall;
import io.amp.adapters.query.function.Shapes;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.evm.attestation.AttestationHash;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * {@code attestation_hash(arg, …)} (functions specification, section 7). The engine's aggregates have a fixed list of arguments, so a scalar
 * function makes the state of each row from all of its arguments, and the aggregate adds states.
 */
public final class AttestationFunctions {
    private static final String NAME = "attestation_hash";
    private static final String ENGINE_AGGREGATE = "amp_attestation_hash";
    private static final String ENGINE_ROW = "amp_attestation_row_";

    private AttestationFunctions() {}

    /** Adds the function to a catalogue. */
    public static void register(BiConsumer<String, AggregateBuilder> catalog) {
        catalog.accept(NAME, (call, window) -> bind(call));
    }

    private static AggregateBuilder.Bound bind(FunctionCall call) {
        call.requireSize(1, Integer.MAX_VALUE);
        List<SqlType> types = call.arguments().stream().map(Expr::type).toList();
        for (SqlType type : types) {
            if (!ValueBytes.isSupported(type)) {
                throw call.error("hash column type " + ArrowText.print(type) + " (not implemented)");
            }
        }
        Expr row = new Expr.Call(rowFunction(types), call.arguments(), Types.BINARY, false);
        return new AggregateBuilder.Bound(Aggregates.of(NAME, ENGINE_AGGREGATE), List.of(row), Types.BINARY, true);
    }

    private static EngineFunction rowFunction(List<SqlType> types) {
        // Not the working types: one carrier stands for several types, whose bytes differ.
        String shape = types.stream().map(ArrowText::print).collect(Collectors.joining(";"));
        return new EngineFunction(
                NAME,
                ScalarFunction.of(
                        ENGINE_ROW + Shapes.name(shape),
                        types.stream().map(EngineTypes::of).toList(),
                        DuckType.BLOB,
                        (input, output) -> rows(types, input, output)));
    }

    private static void rows(List<SqlType> types, InputChunk input, OutputVector output) {
        ValueBytes[] values = new ValueBytes[types.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = new ValueBytes(input.vector(i), types.get(i));
        }
        var hash = new AttestationHash();
        byte[] state = new byte[AttestationHash.STATE_BYTES];
        for (int row = 0; row < input.size(); row++) {
            hash.beginRow();
            for (int i = 0; i < values.length; i++) {
                ValueBytes value = values[i];
                if (value.load(row)) {
                    hash.value(i, value.bytes(), 0, value.length());
                }
            }
            hash.rowState(state, 0);
            output.setBytes(row, state);
        }
    }

    /** The aggregate over states of rows, for the engine. */
    public static AggregateFunction aggregate() {
        return new AggregateFunction(
                ENGINE_AGGREGATE, List.of(DuckType.BLOB), DuckType.BLOB, AttestationHash.STATE_BYTES, new StateSteps());
    }

    /** Works on states in the engine's memory. The engine's threads live long, and each works on one state at a time. */
    private static final class StateSteps implements AggregateFunction.Steps {
        private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

        private static final class Scratch {
            final AttestationHash hash = new AttestationHash();
            final AttestationHash other = new AttestationHash();
            final byte[] bytes = new byte[AttestationHash.STATE_BYTES];

            void load(AttestationHash into, MemorySegment state) {
                MemorySegment.copy(state, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
                into.load(bytes, 0);
            }

            void store(MemorySegment state) {
                hash.state(bytes, 0);
                MemorySegment.copy(bytes, 0, state, ValueLayout.JAVA_BYTE, 0, bytes.length);
            }
        }

        @Override
        public void initialize(MemorySegment state) {
            byte[] empty = new byte[AttestationHash.STATE_BYTES];
            new AttestationHash().state(empty, 0);
            MemorySegment.copy(empty, 0, state, ValueLayout.JAVA_BYTE, 0, empty.length);
        }

        @Override
        public void update(InputChunk input, int row, MemorySegment state) {
            if (input.vector(0).isNull(row)) {
                return;
            }
            Scratch s = scratch.get();
            s.load(s.hash, state);
            MemorySegment.copy(input.vector(0).getSegment(row), ValueLayout.JAVA_BYTE, 0, s.bytes, 0, s.bytes.length);
            s.hash.addRow(s.bytes, 0);
            s.store(state);
        }

        @Override
        public void combine(MemorySegment source, MemorySegment target) {
            Scratch s = scratch.get();
            s.load(s.other, source);
            s.load(s.hash, target);
            s.hash.merge(s.other);
            s.store(target);
        }

        @Override
        public void finish(MemorySegment state, OutputVector output, int row) {
            Scratch s = scratch.get();
            s.load(s.hash, state);
            output.setBytes(row, s.hash.finish());
        }
    }
}
