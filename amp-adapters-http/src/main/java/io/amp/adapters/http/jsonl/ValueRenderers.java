package io.amp.adapters.http.jsonl;

import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** A renderer for every Arrow type of the wire (query specification, section 6.3). */
final class ValueRenderers {
    private static final long NANOS = 1_000_000_000L;

    private ValueRenderers() {}

    /** How one value is written; nullness is the vector's. */
    private interface Body {
        void render(int row, JsonBuffer out);
    }

    private record OfVector(ValueVector vector, Body body) implements ValueRenderer {
        @Override
        public boolean isNull(int row) {
            return vector.isNull(row);
        }

        @Override
        public void render(int row, JsonBuffer out) {
            body.render(row, out);
        }
    }

    /** @throws AmpException {@link QueryError#EXECUTION_ERROR} for types that JSON Lines does not carry */
    static ValueRenderer of(FieldVector vector) {
        return new OfVector(vector, body(vector));
    }

    private static Body body(FieldVector vector) {
        return switch (vector) {
            case NullVector v -> (row, out) -> out.nullValue();
            case BitVector v -> (row, out) -> out.bool(v.get(row) != 0);
            case TinyIntVector v -> (row, out) -> out.number(v.get(row));
            case SmallIntVector v -> (row, out) -> out.number(v.get(row));
            case IntVector v -> (row, out) -> out.number(v.get(row));
            case BigIntVector v -> (row, out) -> out.number(v.get(row));
            case UInt1Vector v -> (row, out) -> out.number(v.get(row) & 0xFF);
            case UInt2Vector v -> (row, out) -> out.number(v.get(row));
            case UInt4Vector v -> (row, out) -> out.number(v.get(row) & 0xFFFF_FFFFL);
            case UInt8Vector v -> (row, out) -> out.digits(v.get(row));
            case Float2Vector v -> (row, out) -> half(v.get(row), out);
            case Float4Vector v -> (row, out) -> floating(v.get(row), out);
            case Float8Vector v -> (row, out) -> floating(v.get(row), out);
            case DecimalVector v -> decimal128(v);
            case Decimal256Vector v -> (row, out) -> out.ascii(plain(v.getObjectNotNull(row), v.getScale()));
            case VarCharVector v -> text(v);
            case LargeVarCharVector v -> largeText(v);
            case VarBinaryVector v -> binary(v);
            case LargeVarBinaryVector v -> largeBinary(v);
            case FixedSizeBinaryVector v -> fixedBinary(v);
            case TimeStampVector v -> timestamp(v);
            case DateDayVector v ->
                (row, out) -> {
                    out.put('"');
                    TimeTexts.date(out, v.get(row));
                    out.put('"');
                };
            case DateMilliVector v ->
                (row, out) -> TimeTexts.timestamp(
                        out,
                        Math.floorDiv(v.get(row), 1000L),
                        (int) Math.floorMod(v.get(row), 1000L) * 1_000_000,
                        null);
            case TimeSecVector v -> (row, out) -> time(out, v.get(row) * NANOS);
            case TimeMilliVector v -> (row, out) -> time(out, v.get(row) * 1_000_000L);
            case TimeMicroVector v -> (row, out) -> time(out, v.get(row) * 1_000L);
            case TimeNanoVector v -> (row, out) -> time(out, v.get(row));
            case DurationVector v -> duration(v);
            case IntervalYearVector v -> (row, out) -> TimeTexts.interval(out, v.get(row), 0, 0, 9);
            case IntervalDayVector v ->
                (row, out) -> TimeTexts.interval(
                        out,
                        0,
                        IntervalDayVector.getDays(v.getDataBuffer(), row),
                        IntervalDayVector.getMilliseconds(v.getDataBuffer(), row) * 1_000_000L,
                        3);
            case IntervalMonthDayNanoVector v ->
                (row, out) -> TimeTexts.interval(
                        out,
                        IntervalMonthDayNanoVector.getMonths(v.getDataBuffer(), row),
                        IntervalMonthDayNanoVector.getDays(v.getDataBuffer(), row),
                        IntervalMonthDayNanoVector.getNanoseconds(v.getDataBuffer(), row),
                        9);
            case MapVector v -> map(v);
            case ListVector v ->
                list(of(v.getDataVector()), row -> v.getElementStartIndex(row), row -> v.getElementEndIndex(row));
            case LargeListVector v ->
                list(
                        of(v.getDataVector()),
                        row -> Math.toIntExact(v.getElementStartIndex(row)),
                        row -> Math.toIntExact(v.getElementEndIndex(row)));
            case FixedSizeListVector v ->
                list(of(v.getDataVector()), row -> v.getElementStartIndex(row), row -> v.getElementEndIndex(row));
            case StructVector v -> struct(v);
            default ->
                throw new AmpException(
                        QueryError.EXECUTION_ERROR,
                        "column '" + vector.getName() + "' has a type that JSON Lines cannot carry: "
                                + vector.getField().getType());
        };
    }

    private static void floating(double value, JsonBuffer out) {
        if (Double.isFinite(value)) {
            out.ascii(NumberTexts.of(Double.toString(value)));
        } else {
            out.nullValue();
        }
    }

    private static void floating(float value, JsonBuffer out) {
        if (Float.isFinite(value)) {
            out.ascii(NumberTexts.of(Float.toString(value)));
        } else {
            out.nullValue();
        }
    }

    /** The fewest digits that read back as the same half-precision number; at most five are needed. */
    private static void half(short bits, JsonBuffer out) {
        float value = Float.float16ToFloat(bits);
        if (!Float.isFinite(value)) {
            out.nullValue();
            return;
        }
        float shortest = value;
        for (int digits = 1; digits <= 5; digits++) {
            shortest = new BigDecimal(value).round(new MathContext(digits)).floatValue();
            if (Float.floatToFloat16(shortest) == bits) {
                break;
            }
        }
        floating(value == 0 ? value : shortest, out);
    }

    private static Body decimal128(DecimalVector vector) {
        int scale = vector.getScale();
        if (scale != 0) {
            return (row, out) -> out.ascii(plain(vector.getObjectNotNull(row), scale));
        }
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> {
            long low = data.getLong(row * 16L);
            long high = data.getLong(row * 16L + 8);
            if (high == low >> 63) {
                out.number(low);
            } else {
                out.ascii(BigInteger.valueOf(high)
                        .shiftLeft(64)
                        .or(new BigInteger(Long.toUnsignedString(low)))
                        .toString());
            }
        };
    }

    private static String plain(BigDecimal value, int scale) {
        return value.setScale(scale).toPlainString();
    }

    private static Body text(BaseVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> {
            int start = vector.getStartOffset(row);
            out.string(data, start, vector.getEndOffset(row) - start);
        };
    }

    private static Body binary(BaseVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> {
            int start = vector.getStartOffset(row);
            out.hex(data, start, vector.getEndOffset(row) - start);
        };
    }

    private static Body largeText(BaseLargeVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> {
            ArrowBuf offsets = vector.getOffsetBuffer();
            long start = offsets.getLong(row * 8L);
            out.string(data, start, Math.toIntExact(offsets.getLong(row * 8L + 8) - start));
        };
    }

    private static Body largeBinary(BaseLargeVariableWidthVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> {
            ArrowBuf offsets = vector.getOffsetBuffer();
            long start = offsets.getLong(row * 8L);
            out.hex(data, start, Math.toIntExact(offsets.getLong(row * 8L + 8) - start));
        };
    }

    private static Body fixedBinary(FixedSizeBinaryVector vector) {
        ArrowBuf data = vector.getDataBuffer();
        int width = vector.getByteWidth();
        return (row, out) -> out.hex(data, (long) row * width, width);
    }

    private static Body timestamp(TimeStampVector vector) {
        ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
        long perSecond = perSecond(type.getUnit());
        long nanosEach = NANOS / perSecond;
        ZoneId zone = zone(type.getTimezone());
        return (row, out) -> {
            long value = vector.get(row);
            TimeTexts.timestamp(
                    out, Math.floorDiv(value, perSecond), (int) (Math.floorMod(value, perSecond) * nanosEach), zone);
        };
    }

    private static @Nullable ZoneId zone(@Nullable String name) {
        if (name == null) {
            return null;
        }
        try {
            ZoneId zone = ZoneId.of(name);
            return zone.normalized() instanceof ZoneOffset offset ? offset : zone;
        } catch (DateTimeException e) {
            throw new AmpException(QueryError.EXECUTION_ERROR, "unknown time zone '" + name + "'", e);
        }
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> NANOS;
        };
    }

    private static void time(JsonBuffer out, long nanoOfDay) {
        out.put('"');
        TimeTexts.timeOfDay(out, (int) (nanoOfDay / NANOS), (int) (nanoOfDay % NANOS));
        out.put('"');
    }

    private static Body duration(DurationVector vector) {
        long perSecond = perSecond(((ArrowType.Duration) vector.getField().getType()).getUnit());
        ArrowBuf data = vector.getDataBuffer();
        return (row, out) -> TimeTexts.duration(out, DurationVector.get(data, row), perSecond);
    }

    private interface Position {
        int of(int row);
    }

    private static Body list(ValueRenderer items, Position start, Position end) {
        return (row, out) -> {
            out.put('[');
            int first = start.of(row);
            for (int i = first; i < end.of(row); i++) {
                if (i > first) {
                    out.put(',');
                }
                if (items.isNull(i)) {
                    out.nullValue();
                } else {
                    items.render(i, out);
                }
            }
            out.put(']');
        };
    }

    private static Body struct(StructVector vector) {
        Members members = new Members(vector.getChildrenFromFields());
        return members::render;
    }

    private static Body map(MapVector vector) {
        StructVector entries = (StructVector) vector.getDataVector();
        FieldVector keyVector = entries.getChildrenFromFields().get(0);
        ValueRenderer keys = of(keyVector);
        ValueRenderer values = of(entries.getChildrenFromFields().get(1));
        JsonBuffer scratch = new JsonBuffer();
        return (row, out) -> {
            out.put('{');
            boolean first = true;
            for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
                if (values.isNull(i)) {
                    continue;
                }
                if (!first) {
                    out.put(',');
                }
                first = false;
                scratch.clear();
                keys.render(i, scratch);
                String key = new String(scratch.toByteArray(), StandardCharsets.UTF_8);
                if (key.startsWith("\"")) {
                    out.put(scratch.toByteArray());
                } else {
                    out.string(key);
                }
                out.put(':');
                values.render(i, out);
            }
            out.put('}');
        };
    }

    /** The members of an object; those that are null are left out. */
    static final class Members {
        private final List<ValueRenderer> renderers = new ArrayList<>();
        private final List<byte[]> names = new ArrayList<>();

        Members(List<FieldVector> vectors) {
            for (FieldVector vector : vectors) {
                renderers.add(ValueRenderers.of(vector));
                JsonBuffer name = new JsonBuffer();
                name.string(vector.getName());
                name.put(':');
                names.add(name.toByteArray());
            }
        }

        void render(int row, JsonBuffer out) {
            out.put('{');
            boolean first = true;
            for (int i = 0; i < renderers.size(); i++) {
                ValueRenderer renderer = renderers.get(i);
                if (!renderer.isNull(row)) {
                    if (!first) {
                        out.put(',');
                    }
                    first = false;
                    out.put(names.get(i));
                    renderer.render(row, out);
                }
            }
            out.put('}');
        }
    }
}
