package io.amp.adapters.query.duckdb;

import java.util.List;

/** A function that returns its argument, taken apart and built anew. */
final class Rebuild {
    private Rebuild() {}

    static ScalarFunction of(String name, DuckType type) {
        return ScalarFunction.of(name, List.of(type), type, (input, output) -> {
            for (int row = 0; row < input.size(); row++) {
                copy(input.vector(0), row, output, row);
            }
        });
    }

    private static void copy(InputVector from, int row, OutputVector to, int target) {
        if (from.isNull(row)) {
            to.setNull(target);
            return;
        }
        switch (from.type().id()) {
            case BOOLEAN -> to.setBoolean(target, from.getBoolean(row));
            case TINYINT, UTINYINT -> to.setByte(target, from.getByte(row));
            case SMALLINT, USMALLINT -> to.setShort(target, from.getShort(row));
            case INTEGER, UINTEGER, DATE -> to.setInt(target, from.getInt(row));
            case FLOAT -> to.setFloat(target, from.getFloat(row));
            case DOUBLE -> to.setDouble(target, from.getDouble(row));
            case HUGEINT, UHUGEINT, INTERVAL, UUID -> to.setWide(target, from.getLow(row), from.getHigh(row));
            case VARCHAR -> to.setString(target, from.getString(row));
            case BLOB -> {
                if (row % 2 == 0) {
                    to.setBytes(target, from.getSegment(row));
                } else {
                    to.setBytes(target, from.getBytes(row));
                }
            }
            case BIGNUM -> to.setBytes(target, from.getBytes(row));
            case DECIMAL -> {
                switch (WideSource.decimalWidth(from.type().width())) {
                    case 2 -> to.setShort(target, from.getShort(row));
                    case 4 -> to.setInt(target, from.getInt(row));
                    case 8 -> to.setLong(target, from.getLong(row));
                    default -> to.setWide(target, from.getLow(row), from.getHigh(row));
                }
            }
            case STRUCT -> {
                for (int i = 0; i < from.type().children().size(); i++) {
                    copy(from.child(i), row, to.child(i), target);
                }
            }
            case LIST, ARRAY -> {
                int length = from.listLength(row);
                int start = from.type().id() == DuckType.Id.LIST ? to.setList(target, length) : target * length;
                for (int i = 0; i < length; i++) {
                    copy(from.child(0), from.listStart(row) + i, to.child(0), start + i);
                }
            }
            default -> to.setLong(target, from.getLong(row));
        }
    }
}
