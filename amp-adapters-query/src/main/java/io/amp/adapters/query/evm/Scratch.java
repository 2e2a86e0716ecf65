package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.InputVector;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A heap copy of one value of the engine, reused from row to row. */
final class Scratch {
    private byte[] bytes = new byte[1024];
    private int length;

    void load(InputVector vector, int row) {
        MemorySegment source = vector.getSegment(row);
        length = (int) source.byteSize();
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
    }

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
