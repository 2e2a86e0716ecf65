package io.amp.adapters.sources.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/** Where each row's part of the values ends, as Arrow keeps it: 32-bit numbers, one more than rows, the first one 0. */
final class Offsets {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] ends = new byte[Integer.BYTES];

    void ensure(int rows) {
        int bytes = bytes(rows);
        if (bytes > ends.length) {
            ends = Arrays.copyOf(ends, Math.max(bytes, 2 * ends.length));
        }
    }

    static int bytes(int rows) {
        return (rows + 1) * Integer.BYTES;
    }

    int start(int row) {
        return (int) INT.get(ends, row * Integer.BYTES);
    }

    int end(int row) {
        return (int) INT.get(ends, (row + 1) * Integer.BYTES);
    }

    void setEnd(int row, int end) {
        INT.set(ends, (row + 1) * Integer.BYTES, end);
    }

    ArrowBuf copy(int rows, Arena arena) {
        return arena.copy(ends, bytes(rows));
    }

    Offsets copyOf() {
        Offsets copy = new Offsets();
        copy.ends = ends.clone();
        return copy;
    }
}
