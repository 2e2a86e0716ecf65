package io.amp.adapters.query.exec;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.type.SqlType;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;

/** The first value of a vector as a literal. */
final class LiteralReader {
    private LiteralReader() {}

    /** @return null when values of the type stay expressions */
    static @Nullable Literal read(FieldVector vector, SqlType type) {
        if (vector.isNull(0)) {
            return new Literal(null, type);
        }
        return switch (vector) {
            case BitVector v -> new Literal(v.get(0) == 1, type);
            case UInt8Vector v -> new Literal(new BigInteger(Long.toUnsignedString(v.get(0))), type);
            case BaseIntVector v -> new Literal(BigInteger.valueOf(unsigned(v.getValueAsLong(0), type)), type);
            case DecimalVector v -> new Literal(v.getObject(0), type);
            case Decimal256Vector v -> new Literal(v.getObject(0), type);
            case Float8Vector v -> new Literal(v.get(0), type);
            case VarCharVector v -> new Literal(new String(v.get(0), StandardCharsets.UTF_8), type);
            case VarBinaryVector v -> new Literal(new Expr.Hex(HexFormat.of().formatHex(v.get(0))), type);
            case FixedSizeBinaryVector v ->
                new Literal(new Expr.Hex(HexFormat.of().formatHex(v.get(0))), type);
            case DateDayVector v -> new Literal((long) v.get(0), type);
            case TimeStampVector v -> timestamp(v.get(0), type);
            default -> null;
        };
    }

    /** Vectors of small unsigned integers may return them sign-extended. */
    private static long unsigned(long value, SqlType type) {
        return type instanceof SqlType.Int integer && !integer.signed() ? value & -1L >>> (64 - integer.bits()) : value;
    }

    private static @Nullable Literal timestamp(long count, SqlType type) {
        if (!(type instanceof SqlType.Timestamp timestamp)) {
            return null;
        }
        long micros = switch (timestamp.unit()) {
            case SECOND -> Math.multiplyExact(count, 1_000_000L);
            case MILLISECOND -> Math.multiplyExact(count, 1_000L);
            case MICROSECOND -> count;
            case NANOSECOND -> Math.floorDiv(count, 1_000L);
        };
        return new Literal(micros, type);
    }
}
