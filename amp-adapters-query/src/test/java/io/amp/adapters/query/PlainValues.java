package io.amp.adapters.query;

import io.amp.adapters.query.type.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Arrow values and types in the notation of the function vectors: numbers and binaries as text, structs as maps, NULL as null. */
final class PlainValues {
    private PlainValues() {}

    static Object read(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case BitVector v -> v.get(row) == 1;
            case UInt8Vector v -> Long.toUnsignedString(v.get(row));
            case UInt4Vector v -> Integer.toUnsignedString(v.get(row));
            case UInt2Vector v -> Integer.toString(v.get(row));
            case UInt1Vector v -> Integer.toString(v.get(row) & 0xff);
            case BaseIntVector v -> Long.toString(v.getValueAsLong(row));
            case DecimalVector v -> v.getObject(row).toPlainString();
            case Decimal256Vector v -> v.getObject(row).toPlainString();
            case VarCharVector v -> new String(v.get(row), StandardCharsets.UTF_8);
            case VarBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case LargeVarBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case FixedSizeBinaryVector v -> HexFormat.of().formatHex(v.get(row));
            case ListVector v -> list(v.getDataVector(), v.getElementStartIndex(row), v.getElementEndIndex(row));
            case FixedSizeListVector v -> list(v.getDataVector(), row * v.getListSize(), (row + 1) * v.getListSize());
            case StructVector v -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                v.getChildrenFromFields().forEach(child -> fields.putIfAbsent(child.getName(), read(child, row)));
                yield fields;
            }
            default -> String.valueOf(vector.getObject(row));
        };
    }

    private static List<Object> list(FieldVector elements, int start, int end) {
        var items = new ArrayList<>();
        for (int i = start; i < end; i++) {
            items.add(read(elements, i));
        }
        return items;
    }

    static String type(SqlType type) {
        return switch (type) {
            case SqlType.Decimal t -> "Decimal" + t.bits() + "(" + t.precision() + "," + t.scale() + ")";
            case SqlType.ListOf t when t.isFixed() -> "FixedSizeList<" + type(t.element()) + "," + t.fixedSize() + ">";
            case SqlType.ListOf t -> "List<" + type(t.element()) + ">";
            case SqlType.Struct t ->
                t.members().stream()
                        .map(member -> member.name() + ":" + type(member.type()))
                        .collect(Collectors.joining(",", "Struct<", ">"));
            default -> io.amp.adapters.query.type.ArrowText.print(type);
        };
    }
}
