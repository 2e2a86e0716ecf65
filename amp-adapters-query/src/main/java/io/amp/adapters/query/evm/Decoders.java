package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.InputVector;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.function.EngineTypes;
import io.amp.adapters.query.function.Shapes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.WorkingType;
import io.amp.evm.abi.AbiDecoder;
import io.amp.evm.abi.AbiEvent;
import io.amp.evm.abi.AbiFunction;
import io.amp.evm.abi.AbiParameter;
import io.amp.evm.abi.AbiSink;
import io.amp.evm.abi.AbiType;
import io.amp.evm.abi.CallDecoder;
import io.amp.evm.abi.LogDecoder;
import io.amp.evm.abi.ValueType;
import io.amp.evm.abi.Word;
import java.util.List;
import java.util.Objects;

/**
 * The decoding functions of the engine. The signature is their last argument, a constant.
 */
final class Decoders {
    private static final int TOPICS = 3;

    private Decoders() {}

    private static final Programs<LogDecoder> LOGS = new Programs<>(text -> LogDecoder.of(AbiEvent.parse(text)));
    private static final Programs<CallDecoder> CALLS = new Programs<>(text -> CallDecoder.of(AbiFunction.parse(text)));
    private static final Programs<Results> RESULTS = new Programs<>(Results::of);
    private static final Programs<Single> SINGLES = new Programs<>(Single::of);

    /** {@code (topic1, topic2, topic3, data, signature)}; the result is never NULL itself. */
    static EngineFunction log(String name, SqlType.Struct result) {
        return function(
                name,
                "amp_decode_log",
                List.of(DuckType.BLOB, DuckType.BLOB, DuckType.BLOB, DuckType.BLOB, DuckType.VARCHAR),
                result,
                (input, output) -> decodeLogs(LOGS.of(input), input, output));
    }

    /** {@code (input, signature)}. */
    static EngineFunction call(String name, SqlType.Struct result) {
        return function(
                name,
                "amp_decode_params",
                List.of(DuckType.BLOB, DuckType.VARCHAR),
                result,
                (input, output) -> decodeCalls(CALLS.of(input), input, output));
    }

    /** {@code (output, signature)}. */
    static EngineFunction results(String name, SqlType.Struct result) {
        return function(
                name,
                "amp_decode_results",
                List.of(DuckType.BLOB, DuckType.VARCHAR),
                result,
                (input, output) -> decodeResults(RESULTS.of(input), input, output));
    }

    /** {@code (data, type)}. */
    static EngineFunction value(String name, SqlType result) {
        return function(
                name,
                "amp_decode_type",
                List.of(DuckType.BLOB, DuckType.VARCHAR),
                result,
                (input, output) -> decodeValues(SINGLES.of(input), input, output));
    }

    private record Results(AbiDecoder decoder, List<ValueType.Field> fields) {
        static Results of(String signature) {
            List<AbiParameter> outputs =
                    Objects.requireNonNull(AbiFunction.parse(signature).outputs());
            return new Results(
                    AbiDecoder.ofParameters(outputs), ValueType.struct(outputs).fields());
        }
    }

    private record Single(AbiDecoder decoder, ValueType type) {
        static Single of(String text) {
            AbiType type = AbiType.parse(text);
            return new Single(AbiDecoder.of(List.of(type)), ValueType.of(type));
        }
    }

    private static EngineFunction function(
            String name, String prefix, List<DuckType> parameters, SqlType result, ScalarFunction.Body body) {
        String engineName = prefix + "_" + Shapes.name(WorkingType.of(result));
        return new EngineFunction(name, ScalarFunction.of(engineName, parameters, EngineTypes.of(result), body));
    }

    private static void decodeLogs(LogDecoder decoder, InputChunk input, OutputVector output) {
        List<VectorSink> sinks = VectorSink.children(decoder.fields(), output);
        int topics = decoder.topicFieldCount();
        var scratch = new Scratch();
        for (int field = 0; field < topics; field++) {
            InputVector topic = input.vector(field);
            VectorSink sink = sinks.get(field);
            for (int row = 0; row < input.size(); row++) {
                if (topic.isNull(row) || topic.length(row) != Word.BYTES) {
                    sink.nullValue();
                } else {
                    scratch.load(topic, row);
                    decoder.writeTopic(field, scratch.bytes(), 0, sink);
                }
            }
        }
        if (topics == sinks.size()) {
            return;
        }
        InputVector data = input.vector(TOPICS);
        for (int row = 0; row < input.size(); row++) {
            boolean isNull = data.isNull(row);
            if (!isNull) {
                scratch.load(data, row);
            }
            boolean accepted = !isNull && decoder.acceptsData(scratch.bytes(), 0, scratch.length());
            for (int field = topics; field < sinks.size(); field++) {
                if (accepted) {
                    decoder.writeData(field, scratch.bytes(), 0, sinks.get(field));
                } else {
                    sinks.get(field).nullValue();
                }
            }
        }
    }

    private static void decodeCalls(CallDecoder decoder, InputChunk input, OutputVector output) {
        decodeStructs(decoder.fields(), decoder::accepts, decoder::write, input, output);
    }

    private static void decodeResults(Results results, InputChunk input, OutputVector output) {
        decodeStructs(results.fields(), results.decoder()::accepts, results.decoder()::write, input, output);
    }

    @FunctionalInterface
    private interface Acceptance {
        boolean accepts(byte[] data, int offset, int length);
    }

    @FunctionalInterface
    private interface FieldWriter {
        void write(int field, byte[] data, int offset, AbiSink sink);
    }

    /** Structs that are NULL unless all of their fields are readable. */
    private static void decodeStructs(
            List<ValueType.Field> fields,
            Acceptance acceptance,
            FieldWriter writer,
            InputChunk input,
            OutputVector output) {
        List<VectorSink> sinks = fields.isEmpty() ? List.of() : VectorSink.children(fields, output);
        InputVector data = input.vector(0);
        var scratch = new Scratch();
        for (int row = 0; row < input.size(); row++) {
            boolean accepted = false;
            if (!data.isNull(row)) {
                scratch.load(data, row);
                accepted = acceptance.accepts(scratch.bytes(), 0, scratch.length());
            }
            if (!accepted) {
                output.setNull(row);
                sinks.forEach(VectorSink::skip);
            } else if (fields.isEmpty()) {
                output.setBoolean(row, true);
            } else {
                for (int field = 0; field < sinks.size(); field++) {
                    writer.write(field, scratch.bytes(), 0, sinks.get(field));
                }
            }
        }
    }

    private static void decodeValues(Single single, InputChunk input, OutputVector output) {
        VectorSink sink = VectorSink.of(single.type(), output);
        InputVector data = input.vector(0);
        var scratch = new Scratch();
        for (int row = 0; row < input.size(); row++) {
            boolean accepted = false;
            if (!data.isNull(row)) {
                scratch.load(data, row);
                accepted = single.decoder().accepts(scratch.bytes(), 0, scratch.length());
            }
            if (accepted) {
                single.decoder().write(0, scratch.bytes(), 0, sink);
            } else {
                sink.nullValue();
            }
        }
    }
}
