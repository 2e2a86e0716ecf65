package io.amp.adapters.sources.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Names of an object's fields and the number of each; anything else is {@link JsonCursor#UNKNOWN}. Immutable. */
public final class FieldNames {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Empty where no name is. */
    private final byte[][] names;

    private final int[] numbers;
    private final int mask;

    private FieldNames(Map<String, Integer> fields) {
        int slots = Integer.highestOneBit(Math.max(4, fields.size()) * 8 - 1);
        names = new byte[slots][0];
        numbers = new int[slots];
        mask = slots - 1;
        fields.forEach((text, number) -> {
            byte[] name = text.getBytes(StandardCharsets.US_ASCII);
            int slot = slot(Arrays.copyOf(name, name.length + Long.BYTES), 0, name.length);
            while (names[slot].length > 0) {
                slot = (slot + 1) & mask;
            }
            names[slot] = name;
            numbers[slot] = number;
        });
    }

    /** The first name has number 0, the next 1 and so on. */
    public static FieldNames of(String... names) {
        Map<String, Integer> fields = new HashMap<>();
        for (String name : names) {
            fields.put(name, fields.size());
        }
        return new FieldNames(fields);
    }

    /** @param bytes readable for eight bytes from any position up to {@code to} */
    int number(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to - from);
        while (names[slot].length > 0) {
            if (Arrays.equals(names[slot], 0, names[slot].length, bytes, from, to)) {
                return numbers[slot];
            }
            slot = (slot + 1) & mask;
        }
        return JsonCursor.UNKNOWN;
    }

    private int slot(byte[] bytes, int from, int length) {
        long first = (long) WORD.get(bytes, from);
        long word = length < 8
                ? first & ((1L << (8 * length)) - 1)
                : first ^ ((long) WORD.get(bytes, from + length - 8) * 31);
        long hash = (word + length) * 0x9e3779b97f4a7c15L;
        return (int) (hash >>> 40) & mask;
    }
}
