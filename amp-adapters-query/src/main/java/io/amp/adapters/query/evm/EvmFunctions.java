package io.amp.adapters.query.evm;

import io.amp.adapters.query.function.EngineFunction;
import io.amp.adapters.query.function.FunctionCall;
import io.amp.adapters.query.function.ScalarBuilder;
import io.amp.adapters.query.function.Templates;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.evm.abi.AbiEncoder;
import io.amp.evm.abi.AbiEvent;
import io.amp.evm.abi.AbiException;
import io.amp.evm.abi.AbiFunction;
import io.amp.evm.abi.AbiParameter;
import io.amp.evm.abi.AbiType;
import io.amp.evm.abi.CallDecoder;
import io.amp.evm.abi.Hex;
import io.amp.evm.abi.LogDecoder;
import io.amp.evm.abi.ValueType;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Binds the EVM functions: checks arguments, parses signatures, derives result types. */
public final class EvmFunctions {
    private static final SqlType WORD = new SqlType.FixedBinary(32);
    private static final ScalarFunction HEX_TEXT = Templates.of("evm_decode_hex", "('0x' || lower(hex({0})))");
    private static final ScalarFunction TOPIC = Templates.of("evm_topic", "{0}");
    private static final String SIGNATURE_LITERAL = "expected a string literal for the signature";

    private EvmFunctions() {}

    /** Adds the functions to a catalogue. */
    public static void register(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("evm_topic", EvmFunctions::topic);
        catalog.accept("evm_decode_log", EvmFunctions::decodeLog);
        catalog.accept("evm_decode", EvmFunctions::decodeLog);
        catalog.accept("evm_decode_params", EvmFunctions::decodeParams);
        catalog.accept("evm_decode_results", EvmFunctions::decodeResults);
        catalog.accept("evm_decode_type", EvmFunctions::decodeType);
        catalog.accept("evm_encode_params", EvmFunctions::encodeParams);
        catalog.accept("evm_encode_type", EvmFunctions::encodeType);
        catalog.accept("evm_encode_hex", EvmFunctions::encodeHex);
        catalog.accept("evm_decode_hex", EvmFunctions::decodeHex);
        catalog.accept("shift_units", UnitFunction::bind);
    }

    // Constants.

    /**
     * The constant text at a position.
     *
     * @param expectation message when it is none
     */
    private static String constant(FunctionCall call, int index, String expectation) {
        Expr argument = call.argument(index);
        if (Exprs.isConstant(argument)
                && (argument.type().isText() || argument.type().isNull())) {
            Object value = call.fold().evaluate(argument).value();
            if (value instanceof String text) {
                return text;
            }
            throw error(call, "expected Utf8, got NULL");
        }
        if (Exprs.isConstant(argument)) {
            throw call.noMatch();
        }
        throw error(call, expectation);
    }

    private static RuntimeException error(FunctionCall call, String message) {
        return call.error(call.name() + ": " + message);
    }

    /** Runs code of the ABI library; what it refuses is a mistake in the statement. */
    private static <T> T checked(FunctionCall call, String text, Function<String, T> use) {
        try {
            return use.apply(text);
        } catch (AbiException e) {
            throw error(call, String.valueOf(e.getMessage()));
        }
    }

    private static Literal binary(byte[] bytes, SqlType type) {
        return new Literal(new Expr.Hex(HexFormat.of().formatHex(bytes)), type);
    }

    // Topics and hex.

    private static Expr topic(FunctionCall call) {
        call.requireSize(1, 1);
        String signature = constant(
                call, 0, "expected scalar argument for the signature but got " + ArrowText.print(call.type(0)));
        byte[] topic = checked(call, signature, text -> AbiEvent.parse(text).topic0());
        return new Expr.Call(TOPIC, List.of(binary(topic, WORD)), WORD, true);
    }

    private static Expr encodeHex(FunctionCall call) {
        call.requireSize(1, 1);
        Expr argument = call.argument(0);
        if (!argument.type().isText() && !argument.type().isNull()) {
            throw call.noMatch();
        }
        if (!Exprs.isConstant(argument)) {
            throw error(call, "expected scalar argument but got " + ArrowText.print(argument.type()));
        }
        if (!(call.fold().evaluate(argument).value() instanceof String hex)) {
            throw error(call, "input cannot be null");
        }
        byte[] bytes = checked(call, hex, Hex::parseAddressOrHash);
        return binary(bytes, new SqlType.FixedBinary(bytes.length));
    }

    private static Expr decodeHex(FunctionCall call) {
        call.requireSize(1, 1);
        if (!call.type(0).isBinary() && !call.type(0).isNull()) {
            throw call.noMatch();
        }
        return new Expr.Call(
                HEX_TEXT, List.of(Coercion.cast(call.argument(0), binaryType(call.type(0)))), Types.TEXT, true);
    }

    private static SqlType binaryType(SqlType type) {
        return type.isNull() ? Types.BINARY : type;
    }

    // Decoding.

    private static Expr decodeLog(FunctionCall call) {
        if (call.size() == 3 && call.type(1) instanceof SqlType.ListOf) {
            return decodeLogOfList(call);
        }
        call.requireSize(5, 5);
        String signature = constant(call, 4, SIGNATURE_LITERAL);
        List<Expr> arguments = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            arguments.add(topicArgument(call, i));
        }
        arguments.add(bytesArgument(call, 3));
        return decodeLog(call, arguments, signature);
    }

    /** {@code (data, topics, signature)}: the first topic is the event's hash. */
    private static Expr decodeLogOfList(FunctionCall call) {
        String signature = constant(call, 2, SIGNATURE_LITERAL);
        SqlType element = ((SqlType.ListOf) call.type(1)).element();
        if (!element.equals(WORD) && !(element instanceof SqlType.Binary)) {
            throw call.noMatch();
        }
        List<Expr> arguments = new ArrayList<>();
        for (int i = 2; i <= 4; i++) {
            arguments.add(FunctionCall.nullable(
                    Templates.of("array_element", "list_extract({0}, {1})"),
                    Types.BINARY,
                    List.of(call.argument(1), Exprs.integer(i))));
        }
        arguments.add(bytesArgument(call, 0));
        return decodeLog(call, arguments, signature);
    }

    private static Expr decodeLog(FunctionCall call, List<Expr> arguments, String signature) {
        LogDecoder decoder = checked(call, signature, text -> LogDecoder.of(AbiEvent.parse(text)));
        if (decoder.fields().isEmpty()) {
            return Exprs.nullOf(Types.NULL);
        }
        SqlType.Struct result = EvmTypes.struct(decoder.fields());
        var all = new ArrayList<>(arguments);
        all.add(Exprs.text(signature));
        return new Expr.Call(Decoders.log(call.name(), result), all, result, false);
    }

    private static Expr topicArgument(FunctionCall call, int index) {
        SqlType type = call.type(index);
        boolean fits = type.isNull() || type.equals(WORD) || type instanceof SqlType.Binary;
        if (!fits) {
            throw call.noMatch();
        }
        return Coercion.cast(call.argument(index), Types.BINARY);
    }

    private static Expr bytesArgument(FunctionCall call, int index) {
        if (!call.type(index).isBinary() && !call.type(index).isNull()) {
            throw call.noMatch();
        }
        return Coercion.cast(call.argument(index), Types.BINARY);
    }

    private static Expr decodeParams(FunctionCall call) {
        call.requireSize(2, 2);
        Expr input = bytesArgument(call, 0);
        String signature = constant(call, 1, SIGNATURE_LITERAL);
        CallDecoder decoder = checked(call, signature, text -> CallDecoder.of(AbiFunction.parse(text)));
        SqlType.Struct result = EvmTypes.struct(decoder.fields());
        return decoded(Decoders.call(call.name(), result), input, signature, result);
    }

    private static Expr decodeResults(FunctionCall call) {
        call.requireSize(2, 2);
        Expr output = bytesArgument(call, 0);
        String signature = constant(call, 1, SIGNATURE_LITERAL);
        SqlType.Struct result = checked(call, signature, text -> {
            List<AbiParameter> outputs = AbiFunction.parse(text).outputs();
            if (outputs == null) {
                throw new AbiException("expected a function signature with 'returns'");
            }
            return EvmTypes.struct(ValueType.struct(outputs).fields());
        });
        return decoded(Decoders.results(call.name(), result), output, signature, result);
    }

    private static Expr decodeType(FunctionCall call) {
        call.requireSize(2, 2);
        Expr data = bytesArgument(call, 0);
        String type = constant(call, 1, "expected scalar argument for the Solidity type");
        SqlType result = checked(call, type, text -> EvmTypes.sql(ValueType.of(AbiType.parse(text))));
        return decoded(Decoders.value(call.name(), result), data, type, result);
    }

    private static Expr decoded(EngineFunction function, Expr data, String signature, SqlType result) {
        return FunctionCall.nullable(function, result, List.of(data, Exprs.text(signature)));
    }

    // Encoding.

    private static Expr encodeParams(FunctionCall call) {
        call.requireSize(1, Integer.MAX_VALUE);
        int last = call.size() - 1;
        String signature = constant(
                call,
                last,
                "expected scalar argument for the Solidity function signature but got "
                        + ArrowText.print(call.type(last)));
        List<Expr> values = call.arguments().subList(0, last);
        List<SqlType> types = values.stream().map(Expr::type).toList();
        checked(call, signature, text -> AbiEncoder.ofCall(AbiFunction.parse(text), Encoders.abi(types)));
        return encoded(Encoders.call(call.name(), types), values, signature);
    }

    private static Expr encodeType(FunctionCall call) {
        call.requireSize(2, 2);
        String type = constant(call, 1, "expected scalar argument for the Solidity type");
        Expr value = call.argument(0);
        checked(call, type, text -> AbiEncoder.ofValue(AbiType.parse(text), EvmTypes.abi(value.type())));
        return encoded(Encoders.value(call.name(), value.type()), List.of(value), type);
    }

    private static Expr encoded(EngineFunction function, List<Expr> values, String signature) {
        var all = new ArrayList<>(values);
        all.add(Exprs.text(signature));
        return FunctionCall.nullable(function, Types.BINARY, all);
    }
}
