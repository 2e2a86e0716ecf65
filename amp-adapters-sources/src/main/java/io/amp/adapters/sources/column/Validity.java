package io.amp.adapters.sources.column;

import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Bits that say which rows hold a value; all of them for a column that cannot be null. */
final class Validity {
    private final boolean nullable;
    private byte[] bits;

    Validity(boolean nullable) {
        this.nullable = nullable;
        this.bits = new byte[8];
        fillForUse(0);
    }

    void ensure(int rows) {
        int bytes = bytes(rows);
        if (bytes > bits.length) {
            int before = bits.length;
            bits = Arrays.copyOf(bits, Math.max(bytes, 2 * before));
            fillForUse(before);
        }
    }

    private void fillForUse(int from) {
        if (!nullable) {
            Arrays.fill(bits, from, bits.length, (byte) 0xff);
        }
    }

    void set(int row) {
        if (nullable) {
            bits[row >> 3] |= (byte) (1 << (row & 7));
        }
    }

    void setNull(int row) {
        if (!nullable) {
            throw new IllegalStateException("null in a column without nulls");
        }
        bits[row >> 3] &= (byte) ~(1 << (row & 7));
    }

    private boolean isSet(int row) {
        return (bits[row >> 3] & (1 << (row & 7))) != 0;
    }

    static int bytes(int rows) {
        return (rows + 7) >> 3;
    }

    ArrowFieldNode node(int rows) {
        if (!nullable) {
            return new ArrowFieldNode(rows, 0);
        }
        int valid = 0;
        for (int i = 0; i < rows >> 3; i++) {
            valid += Integer.bitCount(bits[i] & 0xff);
        }
        for (int row = rows & -8; row < rows; row++) {
            valid += isSet(row) ? 1 : 0;
        }
        return new ArrowFieldNode(rows, rows - valid);
    }

    ArrowBuf copy(int rows, Arena arena) {
        return arena.copy(bits, bytes(rows));
    }

    void reorder(int[] order) {
        if (!nullable) {
            return;
        }
        byte[] before = bits.clone();
        for (int row = 0; row < order.length; row++) {
            if ((before[order[row] >> 3] & (1 << (order[row] & 7))) != 0) {
                set(row);
            } else {
                setNull(row);
            }
        }
    }
}
