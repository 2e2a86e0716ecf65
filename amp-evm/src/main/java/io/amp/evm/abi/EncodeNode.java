package io.amp.evm.abi;

import java.math.BigInteger;
import java.util.List;

/** The compiled encoder from one column type to one Solidity type (functions specification, section 5.8). */
abstract sealed class EncodeNode {
    private static final int WORD = Word.BYTES;

    final boolean dynamic;
    final int headBytes;

    private EncodeNode(AbiType type) {
        this.dynamic = type.isDynamic();
        this.headBytes = type.headWords() * WORD;
    }

    /** @throws AbiException when no value of the one type can become the other */
    static EncodeNode of(AbiType type, ValueType from) {
        ValueType.of(type);
        return switch (from) {
            case ValueType.Null ignored -> new AlwaysNull(type);
            case ValueType.Bool ignored -> {
                require(type instanceof AbiType.Bool, "cannot convert boolean to solidity type " + type);
                yield new FromBool(type);
            }
            case ValueType.Int integer -> {
                String expected = integer.signed() ? "expected int type, got " : "expected uint type, got ";
                yield new FromInteger(integerOr(type, expected + type), integer.signed());
            }
            case ValueType.Decimal decimal -> {
                require(decimal.scale() <= 0, unsupported(from, type));
                yield new FromDecimal(integerOr(type, unsupported(from, type)), decimal.scale());
            }
            case ValueType.Text ignored ->
                switch (type) {
                    case AbiType.Text text -> new FromOctets(text, 0);
                    case AbiType.Int integer -> new FromDigits(integer);
                    default -> throw new AbiException("cannot convert string to solidity type " + type);
                };
            case ValueType.Binary ignored ->
                switch (type) {
                    case AbiType.Bytes bytes -> new FromOctets(bytes, 0);
                    case AbiType.FixedBytes bytes -> new FromOctets(bytes, bytes.size());
                    case AbiType.Address address -> new FromOctets(address, 20);
                    default -> throw new AbiException("cannot convert bytes to solidity type " + type);
                };
            case ValueType.FixedBinary fixed -> {
                boolean fits = switch (type) {
                    case AbiType.Bytes ignored -> true;
                    case AbiType.FixedBytes bytes -> bytes.size() == fixed.size();
                    case AbiType.Address ignored -> fixed.size() == 20;
                    default -> false;
                };
                require(fits, "cannot convert fixed size binary to solidity type " + type);
                yield new FromOctets(type, type.isDynamic() ? 0 : fixed.size());
            }
            case ValueType.Items items ->
                switch (type) {
                    case AbiType.DynamicArray array -> new FromItems(array, of(array.element(), items.element()), -1);
                    case AbiType.FixedArray array ->
                        new FromItems(array, of(array.element(), items.element()), array.size());
                    default -> throw new AbiException("cannot convert list to solidity type " + type);
                };
            case ValueType.FixedItems items -> {
                String mismatch =
                        "cannot convert fixed size list of size " + items.size() + " to solidity type " + type;
                yield switch (type) {
                    case AbiType.DynamicArray array -> new FromItems(array, of(array.element(), items.element()), -1);
                    case AbiType.FixedArray array -> {
                        require(array.size() == items.size(), mismatch);
                        yield new FromItems(array, of(array.element(), items.element()), array.size());
                    }
                    default -> throw new AbiException(mismatch);
                };
            }
            case ValueType.Struct struct -> {
                int size = struct.fields().size();
                if (!(type instanceof AbiType.Tuple tuple) || tuple.components().size() != size) {
                    throw new AbiException("cannot convert struct of size " + size + " to solidity type " + type);
                }
                yield new FromStruct(tuple, struct);
            }
            case ValueType.Other ignored -> throw new AbiException(unsupported(from, type));
        };
    }

    private static AbiType.Int integerOr(AbiType type, String message) {
        if (type instanceof AbiType.Int integer) {
            return integer;
        }
        throw new AbiException(message);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AbiException(message);
        }
    }

    static String unsupported(ValueType from, AbiType type) {
        return "Unsupported type " + from + " for Solidity type " + type;
    }

    /**
     * Encodes one value: its head, already zeroed, is at {@code head}, and a tail is appended.
     *
     * @param frame index that offsets count from
     * @return false when there is a NULL anywhere in the value
     * @throws AbiException when the value is out of range
     */
    abstract boolean write(AbiSource source, int row, AbiWriter out, int head, int frame);

    static final class AlwaysNull extends EncodeNode {
        AlwaysNull(AbiType type) {
            super(type);
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            return false;
        }
    }

    static final class FromBool extends EncodeNode {
        FromBool(AbiType type) {
            super(type);
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            out.size(head, source.integer(row));
            return true;
        }
    }

    static final class FromInteger extends EncodeNode {
        private final AbiType.Int type;
        private final boolean signedSource;

        FromInteger(AbiType.Int type, boolean signedSource) {
            super(type);
            this.type = type;
            this.signedSource = signedSource;
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            long value = source.integer(row);
            if (value < 0 && signedSource && !type.signed()) {
                throw new AbiException("expected int type, got " + type);
            }
            Word.write(value, signedSource, out.array(), head);
            requireRange(type, out.array(), head, type.signed());
            return true;
        }
    }

    static final class FromDecimal extends EncodeNode {
        private final AbiType.Int type;
        private final BigInteger factor;

        FromDecimal(AbiType.Int type, int scale) {
            super(type);
            this.type = type;
            this.factor = BigInteger.TEN.pow(-scale);
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            source.word(row, out.array(), head);
            if (!factor.equals(BigInteger.ONE)) {
                BigInteger value = Word.toBigInteger(out.array(), head, true).multiply(factor);
                if (value.bitLength() > 255) {
                    throw outOfRange(type, value);
                }
                Word.write(value, out.array(), head);
            }
            requireRange(type, out.array(), head, true);
            return true;
        }
    }

    /** Decimal text of an integer. */
    static final class FromDigits extends EncodeNode {
        private final AbiType.Int type;

        FromDigits(AbiType.Int type) {
            super(type);
            this.type = type;
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            int length = source.length(row);
            byte[] text = out.scratch(length);
            source.copy(row, text, 0);
            boolean negative = length > 0 && text[0] == '-';
            int digits = negative ? 1 : 0;
            boolean fits = Word.parseDecimal(text, digits, length - digits, out.array(), head);
            if (fits && negative) {
                // The magnitude 2^255 is its own negation; anything that does not come out negative is too large.
                boolean zero = Word.isZero(out.array(), head);
                Word.negate(out.array(), head);
                fits = zero || (type.signed() && Word.isNegative(out.array(), head));
            } else if (fits) {
                fits = !type.signed() || !Word.isNegative(out.array(), head);
            }
            fits = fits && inRange(type, out.array(), head);
            if (!fits) {
                throw new AbiException("cannot convert string to solidity type " + type);
            }
            return true;
        }
    }

    /** Text and binary: dynamic as they are; fixed ones must have the exact size. */
    static final class FromOctets extends EncodeNode {
        private final AbiType type;
        private final int size;

        FromOctets(AbiType type, int size) {
            super(type);
            this.type = type;
            this.size = size;
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            int length = source.length(row);
            if (!dynamic) {
                if (length != size) {
                    throw new AbiException("cannot convert bytes to solidity type " + type);
                }
                source.copy(row, out.array(), type instanceof AbiType.Address ? head + WORD - size : head);
                return true;
            }
            int tail = out.reserve(Math.addExact(WORD, Math.ceilDiv(length, WORD) * WORD));
            out.size(head, tail - frame);
            out.size(tail, length);
            source.copy(row, out.array(), tail + WORD);
            return true;
        }
    }

    static final class FromItems extends EncodeNode {
        private final AbiType type;
        private final EncodeNode element;

        /** Elements of {@code T[n]}; -1 for {@code T[]}. */
        private final int size;

        FromItems(AbiType type, EncodeNode element, int size) {
            super(type);
            this.type = type;
            this.element = element;
            this.size = size;
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            int count = source.elementCount(row);
            if (size >= 0 && count != size) {
                throw new AbiException("cannot convert list of size " + count + " to solidity type " + type);
            }
            int elements = head;
            if (dynamic) {
                int lengthBytes = size < 0 ? WORD : 0;
                int tail = out.reserve(Math.addExact(lengthBytes, Math.multiplyExact(count, element.headBytes)));
                out.size(head, tail - frame);
                if (size < 0) {
                    out.size(tail, count);
                }
                elements = tail + lengthBytes;
            }
            AbiSource child = source.child(0);
            int first = source.firstElement(row);
            for (int i = 0; i < count; i++) {
                if (!element.write(child, first + i, out, elements + i * element.headBytes, elements)) {
                    return false;
                }
            }
            return true;
        }
    }

    static final class FromStruct extends EncodeNode {
        private final EncodeNode[] members;
        private final int membersBytes;

        FromStruct(AbiType.Tuple type, ValueType.Struct from) {
            super(type);
            this.members = new EncodeNode[type.components().size()];
            int bytes = 0;
            for (int i = 0; i < members.length; i++) {
                members[i] =
                        of(type.components().get(i).type(), from.fields().get(i).type());
                bytes += members[i].headBytes;
            }
            this.membersBytes = bytes;
        }

        @Override
        boolean write(AbiSource source, int row, AbiWriter out, int head, int frame) {
            if (source.isNull(row)) {
                return false;
            }
            int start = head;
            if (dynamic) {
                start = out.reserve(membersBytes);
                out.size(head, start - frame);
            }
            int at = start;
            for (int i = 0; i < members.length; i++) {
                if (!members[i].write(source.child(i), row, out, at, start)) {
                    return false;
                }
                at += members[i].headBytes;
            }
            return true;
        }
    }

    private static boolean inRange(AbiType.Int type, byte[] array, int at) {
        return type.signed() ? Word.fitsSigned(array, at, type.bits()) : Word.fitsUnsigned(array, at, type.bits());
    }

    /** @param signedWord how the word at {@code at} is to be read */
    private static void requireRange(AbiType.Int type, byte[] array, int at, boolean signedWord) {
        boolean wrongSign = signedWord && !type.signed() && Word.isNegative(array, at);
        if (wrongSign || !inRange(type, array, at)) {
            throw outOfRange(type, Word.toBigInteger(array, at, signedWord));
        }
    }

    private static AbiException outOfRange(AbiType.Int type, BigInteger value) {
        BigInteger bound = BigInteger.ONE.shiftLeft(type.signed() ? type.bits() - 1 : type.bits());
        String range = type.signed()
                ? "[" + bound.negate() + ", " + bound.subtract(BigInteger.ONE) + "]"
                : "[0, " + bound + ")";
        String kind = type.signed() ? "int" : "uint";
        return new AbiException("cannot convert " + kind + " to solidity " + type + ": " + value + " not in " + range);
    }

    static EncodeNode[] all(List<AbiType> types, List<ValueType> from) {
        var nodes = new EncodeNode[types.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = of(types.get(i), from.get(i));
        }
        return nodes;
    }
}
