package io.amp.evm.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Log bloom of 2048 bits (Yellow Paper, section 4.3.1): 256 bytes, bit n in byte 255 - n/8. Reusable, not thread-safe. */
public final class Bloom {
    public static final int BYTES = 256;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes = new byte[BYTES];

    public void clear() {
        Arrays.fill(bytes, (byte) 0);
    }

    /** @param bits three bit numbers as {@link BloomBits} gives them */
    public void add(long bits) {
        set((int) (bits >>> 22));
        set((int) (bits >>> 11) & 0x7ff);
        set((int) bits & 0x7ff);
    }

    private void set(int bit) {
        bytes[BYTES - 1 - bit / 8] |= (byte) (1 << (bit % 8));
    }

    public void addAll(Bloom other) {
        for (int at = 0; at < BYTES; at += Long.BYTES) {
            LONG.set(bytes, at, (long) LONG.get(bytes, at) | (long) LONG.get(other.bytes, at));
        }
    }

    /** The 256 bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }
}
