package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.evm.abi.AbiSink;
import io.amp.evm.abi.ValueType;
import io.amp.evm.abi.Word;
import java.util.ArrayList;
import java.util.List;

/** Writes decoded values to a vector of the engine, row after row. Made per chunk. */
class VectorSink implements AbiSink {
    final OutputVector out;
    int row;

    private VectorSink(OutputVector out) {
        this.out = out;
    }

    static VectorSink of(ValueType type, OutputVector out) {
        return switch (type) {
            case ValueType.Bool ignored -> new Bool(out);
            case ValueType.Int t -> new Int(out, t.bits());
            case ValueType.Decimal t -> t.bits() == 128 ? new Narrow(out) : new Wide(out);
            case ValueType.Text ignored -> new Text(out);
            case ValueType.Binary ignored -> new Bytes(out);
            case ValueType.FixedBinary ignored -> new Bytes(out);
            case ValueType.Items t -> new ListSink(out, of(t.element(), out.child(0)), -1);
            case ValueType.FixedItems t -> new ListSink(out, of(t.element(), out.child(0)), t.size());
            case ValueType.Struct t -> new Struct(out, children(t.fields(), out));
            default -> throw new IllegalArgumentException("nothing is decoded to " + type);
        };
    }

    /** One sink per field of a struct vector. */
    static List<VectorSink> children(List<ValueType.Field> fields, OutputVector out) {
        var sinks = new ArrayList<VectorSink>();
        for (int i = 0; i < fields.size(); i++) {
            sinks.add(of(fields.get(i).type(), out.child(i)));
        }
        return sinks;
    }

    @Override
    public void nullValue() {
        out.setNull(row++);
    }

    /** Steps over a row that a NULL further up has made NULL. */
    void skip() {
        row++;
    }

    @Override
    public void bool(boolean value) {
        throw unexpected();
    }

    @Override
    public void integer(byte[] array, int offset, boolean signed) {
        throw unexpected();
    }

    @Override
    public void bytes(byte[] array, int offset, int length) {
        throw unexpected();
    }

    @Override
    public void list(int size) {
        throw unexpected();
    }

    @Override
    public void group() {
        throw unexpected();
    }

    @Override
    public AbiSink child(int index) {
        throw unexpected();
    }

    private IllegalStateException unexpected() {
        return new IllegalStateException("not a value for " + out.type());
    }

    private static final class Bool extends VectorSink {
        Bool(OutputVector out) {
            super(out);
        }

        @Override
        public void bool(boolean value) {
            out.setBoolean(row++, value);
        }
    }

    private static final class Int extends VectorSink {
        private final int bits;

        Int(OutputVector out, int bits) {
            super(out);
            this.bits = bits;
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            long value = Word.toLong(array, offset);
            switch (bits) {
                case 8 -> out.setByte(row++, (byte) value);
                case 16 -> out.setShort(row++, (short) value);
                case 32 -> out.setInt(row++, (int) value);
                default -> out.setLong(row++, value);
            }
        }
    }

    /** DECIMAL(38,0), which the engine keeps in 128 bits. */
    private static final class Narrow extends VectorSink {
        Narrow(OutputVector out) {
            super(out);
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            out.setWide(row++, Word.limb(array, offset, 3), Word.limb(array, offset, 2));
        }
    }

    /** The sortable binary of {@code WorkingType}. */
    private static final class Wide extends VectorSink {
        private final byte[] sortable = new byte[Word.BYTES];

        Wide(OutputVector out) {
            super(out);
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            System.arraycopy(array, offset, sortable, 0, Word.BYTES);
            sortable[0] ^= (byte) 0x80;
            out.setBytes(row++, sortable);
        }
    }

    /** Strings, and integers of 256 bits as decimal text. */
    private static final class Text extends VectorSink {
        private final byte[] digits = new byte[Word.DECIMAL_LENGTH_MAX];

        Text(OutputVector out) {
            super(out);
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            int length = Word.writeDecimal(array, offset, signed, digits, 0);
            out.setBytes(row++, digits, 0, length);
        }

        @Override
        public void bytes(byte[] array, int offset, int length) {
            out.setBytes(row++, array, offset, length);
        }
    }

    private static final class Bytes extends VectorSink {
        Bytes(OutputVector out) {
            super(out);
        }

        @Override
        public void bytes(byte[] array, int offset, int length) {
            out.setBytes(row++, array, offset, length);
        }
    }

    /** Lists of any kind are lists of the engine. */
    private static final class ListSink extends VectorSink {
        private final VectorSink element;
        private final int fixedSize;

        ListSink(OutputVector out, VectorSink element, int fixedSize) {
            super(out);
            this.element = element;
            this.fixedSize = fixedSize;
        }

        @Override
        public void list(int size) {
            element.row = out.setList(row++, size);
        }

        @Override
        public void group() {
            list(fixedSize);
        }

        @Override
        public AbiSink child(int index) {
            return element;
        }
    }

    private static final class Struct extends VectorSink {
        private final List<VectorSink> fields;

        Struct(OutputVector out, List<VectorSink> fields) {
            super(out);
            this.fields = fields;
        }

        /** The vector makes its parts NULL by itself. */
        @Override
        public void nullValue() {
            super.nullValue();
            fields.forEach(VectorSink::skip);
        }

        @Override
        void skip() {
            super.skip();
            fields.forEach(VectorSink::skip);
        }

        @Override
        public void group() {
            row++;
        }

        @Override
        public AbiSink child(int index) {
            return fields.get(index);
        }
    }
}
