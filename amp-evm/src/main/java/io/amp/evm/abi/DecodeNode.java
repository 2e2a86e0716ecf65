package io.amp.evm.abi;

import java.util.Arrays;
import java.util.List;

/**
 * The compiled decoder of one type: proves a value, then writes it. Positions are indexes in the array; {@code end} is where the data
 * ends.
 */
abstract sealed class DecodeNode {
    /** Depth that nesting may use up (functions specification, section 4, rule 4). */
    static final int DEPTH_MAX = 16;

    static final int WORD = Word.BYTES;

    final boolean dynamic;
    final int headWords;

    private DecodeNode(AbiType type) {
        this.dynamic = type.isDynamic();
        this.headWords = type.headWords();
    }

    static DecodeNode of(AbiType type) {
        return switch (type) {
            case AbiType.Int integer -> new IntegerWord(integer, ValueType.of(integer));
            case AbiType.Bool bool -> new Flag(bool);
            case AbiType.Address address -> new Slice(address, 12, 20);
            case AbiType.FixedBytes bytes -> new Slice(bytes, 0, bytes.size());
            case AbiType.FunctionPointer function ->
                throw new AbiException("cannot convert solidity type " + function + " to arrow data type");
            case AbiType.Bytes bytes -> new Octets(bytes, false);
            case AbiType.Text text -> new Octets(text, true);
            case AbiType.DynamicArray array -> new Sequence(array);
            case AbiType.FixedArray array -> new Group(array);
            case AbiType.Tuple tuple -> new Group(tuple);
        };
    }

    /**
     * Proves that the value whose head is at {@code head} can be written.
     *
     * @param frame start of the frame that offsets count from
     * @param budget words that may still be visited; offsets may point several times at the same bytes, so the size of the data alone does
     *     not bound the work
     * @return what is left of the budget; negative when the value is malformed
     */
    abstract long check(byte[] data, int end, int frame, int head, int depth, long budget);

    /** Writes a value that was proved. */
    abstract void write(byte[] data, int frame, int head, AbiSink sink);

    /** True when every word of a static value is acceptable, so that its length is all there is to check. */
    abstract boolean acceptsAnyWord(int depth);

    /** Where the offset word at {@code head} leads: -1 when that is outside of the data. */
    static int follow(byte[] data, int end, int frame, int head) {
        long offset = size(data, end, head);
        return offset < 0 || offset > end - frame ? -1 : frame + (int) offset;
    }

    /** The offset or length word at {@code at}; -1 when it is missing or not below 2^63. */
    static long size(byte[] data, int end, int at) {
        if (at > end - WORD || (Word.limb(data, at, 0) | Word.limb(data, at, 1) | Word.limb(data, at, 2)) != 0) {
            return -1;
        }
        return Math.max(-1, Word.toLong(data, at));
    }

    /** {@code bool}: true unless the word is zero. */
    static final class Flag extends DecodeNode {
        Flag(AbiType type) {
            super(type);
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            return head > end - WORD ? -1 : budget - 1;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            sink.bool(!Word.isZero(data, head));
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            return true;
        }
    }

    /** Part of a word: {@code address}, {@code bytesN}. The rest of the word may hold anything. */
    static final class Slice extends DecodeNode {
        private final int offset;
        private final int length;

        Slice(AbiType type, int offset, int length) {
            super(type);
            this.offset = offset;
            this.length = length;
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            return head > end - WORD ? -1 : budget - 1;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            sink.bytes(data, head + offset, length);
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            return true;
        }
    }

    /** An integer, which must fit the column's type, not the declared width. */
    static final class IntegerWord extends DecodeNode {
        private final boolean signed;

        /** Bits of an integer column, or 0. */
        private final int bits;

        /** Digits of a decimal column, or 0. */
        private final int digits;

        IntegerWord(AbiType.Int type, ValueType column) {
            super(type);
            this.signed = type.signed();
            this.bits = column instanceof ValueType.Int integer ? integer.bits() : 0;
            this.digits = column instanceof ValueType.Decimal decimal ? decimal.precision() : 0;
        }

        boolean fits(byte[] data, int at) {
            if (bits != 0) {
                return signed ? Word.fitsSigned(data, at, bits) : Word.fitsUnsigned(data, at, bits);
            }
            return digits == 0 || Word.fitsDecimal(data, at, signed, digits);
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            return head > end - WORD || !fits(data, head) ? -1 : budget - 1;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            sink.integer(data, head, signed);
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            return bits == 0 && digits == 0;
        }
    }

    /** {@code bytes} and {@code string}. */
    static final class Octets extends DecodeNode {
        private final boolean text;

        Octets(AbiType type, boolean text) {
            super(type);
            this.text = text;
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            int at = depth >= DEPTH_MAX ? -1 : follow(data, end, frame, head);
            if (at < 0) {
                return -1;
            }
            long length = size(data, end, at);
            return length < 0 || length > end - at - WORD ? -1 : budget - 2 - length / WORD;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            int at = frame + (int) Word.toLong(data, head);
            int length = (int) Word.toLong(data, at);
            if (!text || Utf8.isValid(data, at + WORD, length)) {
                sink.bytes(data, at + WORD, length);
            } else {
                byte[] repaired = Utf8.repair(data, at + WORD, length);
                sink.bytes(repaired, 0, repaired.length);
            }
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            return false;
        }
    }

    /** {@code T[]}. */
    static final class Sequence extends DecodeNode {
        private final DecodeNode element;

        Sequence(AbiType.DynamicArray type) {
            super(type);
            this.element = of(type.element());
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            int at = depth >= DEPTH_MAX ? -1 : follow(data, end, frame, head);
            long count = at < 0 ? -1 : size(data, end, at);
            int stride = element.headWords * WORD;
            // The division keeps a hostile count from overflowing; nothing is sized by it before it is known to fit.
            if (count < 0 || count > (end - at - WORD) / stride) {
                return -1;
            }
            if (count > 0 && depth + 1 >= DEPTH_MAX) {
                return -1;
            }
            int elements = at + WORD;
            long left = budget - 2;
            for (int i = 0; i < count && left >= 0; i++) {
                left = element.check(data, end, elements, elements + i * stride, depth + 2, left);
            }
            return left;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            int at = frame + (int) Word.toLong(data, head);
            int count = (int) Word.toLong(data, at);
            int elements = at + WORD;
            int stride = element.headWords * WORD;
            sink.list(count);
            AbiSink child = sink.child(0);
            for (int i = 0; i < count; i++) {
                element.write(data, elements, elements + i * stride, child);
            }
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            return false;
        }
    }

    /** Tuples and {@code T[n]}: members side by side, behind an offset when one of them is dynamic. */
    static final class Group extends DecodeNode {
        private final DecodeNode[] members;

        /** Byte offset of each member's head in the group's frame. */
        private final int[] heads;

        /** True for {@code T[n]}: all members go to child 0. */
        private final boolean array;

        Group(AbiType.FixedArray type) {
            super(type);
            this.array = true;
            this.members = new DecodeNode[type.size()];
            Arrays.fill(members, of(type.element()));
            this.heads = heads(members);
        }

        Group(AbiType.Tuple type) {
            super(type);
            this.array = false;
            this.members = type.components().stream()
                    .map(component -> of(component.type()))
                    .toArray(DecodeNode[]::new);
            this.heads = heads(members);
        }

        @Override
        long check(byte[] data, int end, int frame, int head, int depth, long budget) {
            int start = depth >= DEPTH_MAX ? -1 : dynamic ? follow(data, end, frame, head) : head;
            if (start < 0) {
                return -1;
            }
            long left = budget - 1;
            for (int i = 0; i < members.length && left >= 0; i++) {
                // A head beyond the data is found by the member; the sum cannot overflow, a type has few leaves.
                left = members[i].check(data, end, start, start + heads[i], depth + 1, left);
            }
            return left;
        }

        @Override
        void write(byte[] data, int frame, int head, AbiSink sink) {
            int start = dynamic ? frame + (int) Word.toLong(data, head) : head;
            sink.group();
            for (int i = 0; i < members.length; i++) {
                members[i].write(data, start, start + heads[i], sink.child(array ? 0 : i));
            }
        }

        @Override
        boolean acceptsAnyWord(int depth) {
            if (dynamic || depth >= DEPTH_MAX) {
                return false;
            }
            for (DecodeNode member : members) {
                if (!member.acceptsAnyWord(depth + 1)) {
                    return false;
                }
                if (array) {
                    break;
                }
            }
            return true;
        }
    }

    static int[] heads(DecodeNode[] nodes) {
        int[] heads = new int[nodes.length];
        int at = 0;
        for (int i = 0; i < nodes.length; i++) {
            heads[i] = at;
            at += nodes[i].headWords * WORD;
        }
        return heads;
    }

    static DecodeNode[] all(List<AbiType> types) {
        return types.stream().map(DecodeNode::of).toArray(DecodeNode[]::new);
    }
}
