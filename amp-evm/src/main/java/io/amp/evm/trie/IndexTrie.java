package io.amp.evm.trie;

import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;

/**
 * Root of the hexary Merkle-Patricia trie over a list, keyed by RLP(index): a block's transactions root and receipts root. An instance is
 * reused and allocates only when its buffer grows; it is not thread-safe.
 */
public final class IndexTrie {
    /*
     * Implementation note. The keys of a list of n entries are known, so no node is ever built as an object: a range of keys in
     * lexicographic order (1 to 127, then 0, then 128 and up) with a common prefix is one node. The recursion is at most as deep as the
     * longest key, 10 nibbles. Children are written right to left, since RLP is written backwards, and each is replaced by its hash as
     * soon as it is complete; so the buffer holds one entry and at most 16 references per level.
     */

    /** Writes the entries of a list; asked once for each, in no useful order. */
    public interface Entries {
        /** Writes the bytes of entry {@code index} in front of what {@code out} holds. */
        void write(int index, RlpWriter out);
    }

    private static final int HASH_BYTES = Keccak256.HASH_BYTES;

    private final Keccak256 keccak;
    private final RlpWriter out;

    public IndexTrie(Keccak256 keccak) {
        this.keccak = keccak;
        this.out = new RlpWriter(1 << 16);
    }

    /** Writes the 32 bytes of the root over {@code count} entries to {@code root}. */
    public void root(int count, Entries entries, byte[] root) {
        out.clear();
        if (count == 0) {
            out.empty();
        } else {
            node(0, count, 0, count, entries);
        }
        keccak.hash(out.array(), out.start(), out.written(), root, 0);
        out.clear();
    }

    /** Writes the node over the keys at {@code from <= position < to} of the sorted keys, whose first {@code depth} nibbles are used up. */
    private void node(int from, int to, int depth, int count, Entries entries) {
        long first = key(indexAt(from, count));
        if (to - from == 1) {
            int mark = out.written();
            entries.write(indexAt(from, count), out);
            out.closeString(out.written() - mark);
            path(first, depth, length(first), 0x20);
            out.closeList(mark);
            return;
        }
        long last = key(indexAt(to - 1, count));
        int split = depth;
        while (nibble(first, split) == nibble(last, split)) {
            split++;
        }
        int mark = out.written();
        if (split > depth) {
            branch(from, to, split, count, entries);
            reference(mark);
            path(first, depth, split, 0x00);
            out.closeList(mark);
        } else {
            branch(from, to, depth, count, entries);
        }
    }

    private void branch(int from, int to, int depth, int count, Entries entries) {
        int mark = out.written();
        out.empty();
        int end = to;
        for (int nibble = 15; nibble >= 0; nibble--) {
            int start = end;
            while (start > from && nibble(key(indexAt(start - 1, count)), depth) == nibble) {
                start--;
            }
            if (start == end) {
                out.empty();
            } else {
                int child = out.written();
                node(start, end, depth + 1, count, entries);
                reference(child);
            }
            end = start;
        }
        out.closeList(mark);
    }

    /** Replaces the node written since {@code mark} by its hash, unless it is shorter than one. */
    private void reference(int mark) {
        int length = out.written() - mark;
        if (length < HASH_BYTES) {
            return;
        }
        int at = out.start();
        keccak.hash(out.array(), at, length, out.array(), out.end() - mark - HASH_BYTES);
        out.rewind(mark + HASH_BYTES);
        out.closeString(HASH_BYTES);
    }

    /** Hex-prefix encoding of the nibbles {@code from <= i < to} of a key. */
    private void path(long key, int from, int to, int flag) {
        int mark = out.written();
        int at = to;
        for (; at - from >= 2; at -= 2) {
            out.raw((byte) (nibble(key, at - 2) << 4 | nibble(key, at - 1)));
        }
        out.raw((byte) (at > from ? flag | 0x10 | nibble(key, from) : flag));
        out.closeString(out.written() - mark);
    }

    /** The index whose key is at {@code position} in the order of the keys. */
    private static int indexAt(int position, int count) {
        int zero = Math.min(127, count - 1);
        return position < zero ? position + 1 : position == zero ? 0 : position;
    }

    /** RLP(index): its bytes left-aligned in the upper 56 bits, the number of nibbles in the lowest 8. */
    private static long key(int index) {
        if (index < 0x80) {
            return (long) (index == 0 ? 0x80 : index) << 56 | 2;
        }
        int bytes = (39 - Integer.numberOfLeadingZeros(index)) / 8;
        return (long) (0x80 + bytes) << 56 | (long) index << (56 - 8 * bytes) | 2L * (bytes + 1);
    }

    private static int length(long key) {
        return (int) (key & 0xff);
    }

    private static int nibble(long key, int position) {
        return (int) (key >>> (60 - 4 * position)) & 0xf;
    }
}
