package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.column.VarColumn;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.Quantity;

/**
 * Reads one JSON value into one row of a column and says what is wrong with it. Methods that return boolean answer false for {@code null},
 * which counts like a missing field; then nothing was written.
 */
final class ValueReader {
    private final JsonCursor cursor;
    private final Quantity quantity = new Quantity();
    private int oversized;

    ValueReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** How many values became null since the last call because the column cannot hold them. */
    int takeOversized() {
        int count = oversized;
        oversized = 0;
        return count;
    }

    /** Hash or address: exactly as many bytes as the column is wide. */
    boolean fixed(FixedColumn column, int row, String field) {
        if (cursor.nullValue()) {
            return false;
        }
        if (!cursor.fixedBytes(column.array(), column.offset(row), column.width())) {
            throw WrongDataException.bad(field, "not " + column.width() + " bytes");
        }
        column.setValid(row);
        return true;
    }

    /** As {@link #fixed}, where {@code 0x} and an empty string count like a missing field. */
    boolean fixedOrEmpty(FixedColumn column, int row, String field) {
        return !cursor.emptyBytes() && fixed(column, row, field);
    }

    boolean fixed(byte[] to, String field) {
        if (cursor.nullValue()) {
            return false;
        }
        if (!cursor.fixedBytes(to, 0, to.length)) {
            throw WrongDataException.bad(field, "not " + to.length + " bytes");
        }
        return true;
    }

    /** A number of at most 32 bytes, with zeros in front. */
    boolean padded(FixedColumn column, int row, String field) {
        if (cursor.nullValue()) {
            return false;
        }
        if (!cursor.paddedBytes(column.array(), column.offset(row), column.width())) {
            throw WrongDataException.bad(field, "not a number of at most " + column.width() + " bytes");
        }
        column.setValid(row);
        return true;
    }

    boolean bytes(VarColumn column, int row, String field) {
        if (cursor.nullValue()) {
            return false;
        }
        column.begin(row);
        if (!cursor.bytes(column)) {
            throw WrongDataException.bad(field, "not hex bytes");
        }
        column.end(row);
        return true;
    }

    boolean quantity(Quantity to, String field) {
        if (cursor.nullValue()) {
            return false;
        }
        if (!cursor.quantity(to)) {
            throw WrongDataException.bad(field, "not a number of at most 256 bits");
        }
        return true;
    }

    /** A number of 64 bits. */
    boolean unsigned(FixedColumn column, int row, String field) {
        if (!quantity(quantity, field)) {
            return false;
        }
        column.setLong(row, unsignedLong(quantity, field));
        return true;
    }

    static long unsignedLong(Quantity quantity, String field) {
        if (!quantity.fitsUnsignedLong()) {
            throw WrongDataException.bad(field, "more than 64 bits");
        }
        return quantity.low();
    }

    /** A nullable Decimal(38, 0); a larger value becomes null and is counted. */
    void decimalOrNull(FixedColumn column, int row, Quantity value) {
        if (value.fitsDecimal38()) {
            column.set128(row, value.low(), value.high());
        } else {
            oversized++;
            column.setNull(row);
        }
    }

    void countOversized() {
        oversized++;
    }
}
