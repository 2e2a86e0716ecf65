package io.amp.adapters.objectstore.parquet;

import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/**
 * Distinct values of one column chunk in the order they first came, stored as a plain page stores them (byte arrays with their length in
 * front). Bounded: its owner gives up dictionary encoding when {@link #bytes()} passes the dictionary page limit.
 */
final class ValueDictionary {
    private static final int FIRST_SLOTS = 256;

    /** Bytes in front of each value that are no part of it. */
    private final int prefix;

    private byte[] content = new byte[4096];
    private int[] ends = new int[FIRST_SLOTS / 2];
    private long[] hashes = new long[FIRST_SLOTS / 2];
    /** Ids plus 1, open addressing, at most half full. */
    private int[] slots = new int[FIRST_SLOTS];

    private int size;

    /** @param prefix 4 for byte arrays, 0 for values of one width */
    ValueDictionary(int prefix) {
        this.prefix = prefix;
    }

    int size() {
        return size;
    }

    int bytes() {
        return size == 0 ? 0 : ends[size - 1];
    }

    byte[] content() {
        return content;
    }

    int start(int id) {
        return (id == 0 ? 0 : ends[id - 1]) + prefix;
    }

    int end(int id) {
        return ends[id];
    }

    boolean isEqual(int id, byte[] bytes, int offset, int length) {
        int start = start(id);
        return ends[id] - start == length
                && Arrays.equals(content, start, start + length, bytes, offset, offset + length);
    }

    /** @return the id of the value; it is new when it equals the size before the call */
    int add(byte[] bytes, int offset, int length, long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes[id] == hash && isEqual(id, bytes, offset, length)) {
                return id;
            }
            slot = (slot + 1) & mask;
        }
        int id = append(bytes, offset, length);
        hashes[id] = hash;
        slots[slot] = id + 1;
        if (2 * size > slots.length) {
            rehash();
        }
        return id;
    }

    private int append(byte[] bytes, int offset, int length) {
        int start = bytes();
        int end = start + prefix + length;
        if (end > content.length) {
            content = Arrays.copyOf(content, Math.max(2 * content.length, end));
        }
        if (prefix != 0) {
            PlainBytes.putInt(content, start, length);
        }
        System.arraycopy(bytes, offset, content, start + prefix, length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        ends[size] = end;
        return size++;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = (int) hashes[id] & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = id + 1;
        }
    }

    BytesInput page() {
        return BytesInput.from(content, 0, bytes());
    }

    void clear() {
        if (size > 0) {
            Arrays.fill(slots, 0);
            size = 0;
        }
    }
}
