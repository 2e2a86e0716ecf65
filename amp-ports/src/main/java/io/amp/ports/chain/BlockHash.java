package io.amp.ports.chain;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** 32 bytes that name a block, as four big-endian words so that equality and hashing are cheap. */
public record BlockHash(long word0, long word1, long word2, long word3) {
    /** Parent of block 0. */
    public static final BlockHash ZERO = new BlockHash(0, 0, 0, 0);

    public static final int BYTES = 32;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** @param bytes at least {@code offset + 32} long */
    public static BlockHash of(byte[] bytes, int offset) {
        return new BlockHash(
                (long) WORD.get(bytes, offset),
                (long) WORD.get(bytes, offset + 8),
                (long) WORD.get(bytes, offset + 16),
                (long) WORD.get(bytes, offset + 24));
    }

    public static BlockHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a block hash has 32 bytes, not " + bytes.length);
        }
        return of(bytes, 0);
    }

    /** Reads 64 hex digits of any case, with or without {@code 0x}. */
    public static BlockHash parse(String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        if (digits.length() != 64) {
            throw new IllegalArgumentException("a block hash has 64 hex digits: '" + text + "'");
        }
        return of(HexFormat.of().parseHex(digits), 0);
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        WORD.set(bytes, 0, word0);
        WORD.set(bytes, 8, word1);
        WORD.set(bytes, 16, word2);
        WORD.set(bytes, 24, word3);
        return bytes;
    }

    public boolean isZero() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    /** {@code 0x} and 64 lower-case hex digits. */
    @Override
    public String toString() {
        return "0x" + HexFormat.of().formatHex(toBytes());
    }
}
