package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.Types;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Binaries, their texts and their hashes. */
final class BinaryFunctions {
    /** Registered with the engine: {@code (algorithm, BLOB) → BLOB}. */
    static final String DIGEST = "amp_digest";

    private static final Map<String, String> ENCODERS = Map.of(
            "hex", "lower(hex({0}))",
            "base64", "rtrim(to_base64({0}), '=')");

    private static final Map<String, String> DECODERS = Map.of(
            "hex",
            "(CASE WHEN length({0}) % 2 = 1 THEN error('decode: odd number of hexadecimal digits') ELSE unhex({0})"
                    + " END)",
            "base64",
            "from_base64(rtrim({0}, '=') || repeat('=', (4 - length(rtrim({0}, '=')) % 4) % 4))");

    private static final List<String> DIGESTS = List.of("md5", "sha224", "sha256", "sha384", "sha512");

    private BinaryFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("encode", call -> {
            call.requireSize(2, 2);
            return call.call(new Template("encode", coder(call, ENCODERS)), Types.TEXT, bytes(call, 0));
        });
        catalog.accept("decode", call -> {
            call.requireSize(2, 2);
            Expr text = call.type(0).isBinary() ? Coercion.cast(call.argument(0), Types.TEXT) : call.as(0, Types.TEXT);
            return call.call(new Template("decode", coder(call, DECODERS)), Types.BINARY, text);
        });
        catalog.accept("md5", call -> {
            call.requireSize(1, 1);
            return call.call(new Template("md5", "md5({0})"), Types.TEXT, bytes(call, 0));
        });
        for (String name : DIGESTS.subList(1, DIGESTS.size())) {
            catalog.accept(name, call -> {
                call.requireSize(1, 1);
                return digest(call, name);
            });
        }
        catalog.accept("digest", call -> {
            call.requireSize(2, 2);
            String algorithm = call.constantText(1);
            if (algorithm == null || !DIGESTS.contains(algorithm)) {
                throw call.error("digest: expected one of " + String.join(", ", DIGESTS));
            }
            return digest(call, algorithm);
        });
    }

    private static Expr digest(FunctionCall call, String algorithm) {
        return call.call(
                new Template(call.name(), DIGEST + "({0}, {1})"), Types.BINARY, Exprs.text(algorithm), bytes(call, 0));
    }

    private static String coder(FunctionCall call, Map<String, String> coders) {
        String format = call.constantText(1);
        String found = format == null ? null : coders.get(format);
        if (found == null) {
            throw call.error(call.name() + ": expected 'hex' or 'base64' as the second argument");
        }
        return found;
    }

    /** A binary, or the UTF-8 bytes of a text. */
    private static Expr bytes(FunctionCall call, int index) {
        return call.type(index).isText() || Exprs.isNull(call.argument(index))
                ? Coercion.cast(call.argument(index), Types.BINARY)
                : call.as(index, Types.BINARY);
    }
}
