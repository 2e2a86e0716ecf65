package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.function.EngineTypes;
import io.amp.adapters.query.function.Shapes;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.evm.abi.AbiEncoder;
import io.amp.evm.abi.AbiException;
import io.amp.evm.abi.AbiFunction;
import io.amp.evm.abi.AbiType;
import io.amp.evm.abi.AbiWriter;
import io.amp.evm.abi.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The encoding functions of the engine: {@code (arguments…, signature)}, the signature a constant. */
final class Encoders {
    private Encoders() {}

    static EngineFunction call(String name, List<SqlType> types) {
        return function(
                name, "amp_encode_params", types, text -> AbiEncoder.ofCall(AbiFunction.parse(text), abi(types)));
    }

    static EngineFunction value(String name, SqlType type) {
        return function(
                name,
                "amp_encode_type",
                List.of(type),
                text -> AbiEncoder.ofValue(AbiType.parse(text), EvmTypes.abi(type)));
    }

    static List<ValueType> abi(List<SqlType> types) {
        return types.stream().map(EvmTypes::abi).toList();
    }

    private static EngineFunction function(
            String name, String prefix, List<SqlType> types, Function<String, AbiEncoder> compiler) {
        List<DuckType> parameters =
                new ArrayList<>(types.stream().map(EngineTypes::of).toList());
        parameters.add(DuckType.VARCHAR);
        // Not the working types: fixed and variable lists encode differently, and so do binaries.
        String shape = types.stream().map(ArrowText::print).collect(Collectors.joining(";"));
        var programs = new Programs<AbiEncoder>(compiler);
        return new EngineFunction(
                name,
                ScalarFunction.of(
                        prefix + "_" + Shapes.name(shape),
                        parameters,
                        DuckType.BLOB,
                        (input, output) -> encode(name, programs.of(input), types, input, output)));
    }

    private static void encode(
            String name, AbiEncoder encoder, List<SqlType> types, InputChunk input, OutputVector output) {
        List<VectorSource> sources = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            sources.add(new VectorSource(input.vector(i), types.get(i)));
        }
        var out = new AbiWriter();
        for (int row = 0; row < input.size(); row++) {
            out.truncate(0);
            try {
                if (encoder.encode(sources, row, out)) {
                    output.setBytes(row, out.array(), 0, out.length());
                } else {
                    output.setNull(row);
                }
            } catch (AbiException e) {
                throw new AbiException(name + ": " + e.getMessage());
            }
        }
    }
}
