package io.amp.adapters.query;

import io.amp.ports.batch.RecordBatch;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Rows as the JSON Lines endpoint prints them (query specification, section 6.3), for the types that the vectors use. */
final class JsonLines {
    private JsonLines() {}

    static List<String> of(RecordBatch batch) {
        var lines = new ArrayList<String>();
        for (int row = 0; row < batch.rowCount(); row++) {
            lines.add(object(batch.root().getFieldVectors(), row));
        }
        return lines;
    }

    private static String object(List<FieldVector> fields, int row) {
        var members = new ArrayList<String>();
        for (FieldVector field : fields) {
            if (!field.isNull(row)) {
                members.add(text(field.getName()) + ":" + value(field, row));
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String text(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String hex(byte[] bytes) {
        return "\"" + HexFormat.of().formatHex(bytes) + "\"";
    }

    private static String value(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return "null";
        }
        return switch (vector) {
            case BitVector v -> v.get(row) == 1 ? "true" : "false";
            case UInt8Vector v -> Long.toUnsignedString(v.get(row));
            case UInt4Vector v -> Integer.toUnsignedString(v.get(row));
            case UInt2Vector v -> Integer.toString(v.get(row));
            case UInt1Vector v -> Integer.toString(v.get(row) & 0xff);
            case BaseIntVector v -> Long.toString(v.getValueAsLong(row));
            case Float8Vector v -> Double.toString(v.get(row));
            case DecimalVector v -> decimal(v.getObject(row));
            case Decimal256Vector v -> decimal(v.getObject(row));
            case VarCharVector v -> text(new String(v.get(row), StandardCharsets.UTF_8));
            case VarBinaryVector v -> hex(v.get(row));
            case FixedSizeBinaryVector v -> hex(v.get(row));
            case TimeStampNanoTZVector v -> "\"" + instant(v.get(row)) + "\"";
            case TimeStampNanoVector v -> "\"" + instant(v.get(row)).toString().replace("Z", "") + "\"";
            case DateDayVector v -> "\"" + LocalDate.ofEpochDay(v.get(row)) + "\"";
            case ListVector v -> list(v.getDataVector(), v.getElementStartIndex(row), v.getElementEndIndex(row));
            case FixedSizeListVector v -> list(v.getDataVector(), row * v.getListSize(), (row + 1) * v.getListSize());
            case StructVector v -> object(v.getChildrenFromFields(), row);
            default -> text(String.valueOf(vector.getObject(row)));
        };
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    private static String decimal(BigDecimal value) {
        return value.toPlainString();
    }

    private static String list(FieldVector elements, int start, int end) {
        var items = new ArrayList<String>();
        for (int i = start; i < end; i++) {
            items.add(value(elements, i));
        }
        return "[" + String.join(",", items) + "]";
    }
}
