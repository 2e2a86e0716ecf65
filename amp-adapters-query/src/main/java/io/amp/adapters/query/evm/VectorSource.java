package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.InputVector;
import io.amp.adapters.query.type.SqlType;
import io.amp.evm.abi.AbiSource;
import io.amp.evm.abi.Word;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads values to encode from a vector of the engine. Made per chunk. */
final class VectorSource implements AbiSource {
    private final InputVector vector;
    private final SqlType type;

    VectorSource(InputVector vector, SqlType type) {
        this.vector = vector;
        this.type = type;
    }

    @Override
    public boolean isNull(int row) {
        return vector.isNull(row);
    }

    @Override
    public long integer(int row) {
        if (!(type instanceof SqlType.Int integer)) {
            return vector.getBoolean(row) ? 1 : 0;
        }
        return switch (integer.bits()) {
            case 8 -> integer.signed() ? vector.getByte(row) : vector.getByte(row) & 0xffL;
            case 16 -> integer.signed() ? vector.getShort(row) : vector.getShort(row) & 0xffffL;
            case 32 -> integer.signed() ? vector.getInt(row) : vector.getInt(row) & 0xffff_ffffL;
            default -> vector.getLong(row);
        };
    }

    @Override
    public void word(int row, byte[] to, int at) {
        var decimal = (SqlType.Decimal) type;
        if (decimal.isWide()) {
            copy(row, to, at);
            to[at] ^= (byte) 0x80;
            return;
        }
        int digits = decimal.precision();
        if (digits > 18) {
            Word.write(vector.getHigh(row), vector.getLow(row), to, at);
        } else {
            long value = digits > 9 ? vector.getLong(row) : digits > 4 ? vector.getInt(row) : vector.getShort(row);
            Word.write(value, true, to, at);
        }
    }

    @Override
    public int length(int row) {
        return vector.length(row);
    }

    @Override
    public void copy(int row, byte[] to, int at) {
        MemorySegment bytes = vector.getSegment(row);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, to, at, (int) bytes.byteSize());
    }

    @Override
    public int firstElement(int row) {
        return vector.listStart(row);
    }

    @Override
    public int elementCount(int row) {
        return vector.listLength(row);
    }

    @Override
    public AbiSource child(int index) {
        return switch (type) {
            case SqlType.ListOf list -> new VectorSource(vector.child(0), list.element());
            case SqlType.Struct struct ->
                new VectorSource(
                        vector.child(index), struct.members().get(index).type());
            default -> throw new IllegalStateException(type + " has no parts");
        };
    }
}
