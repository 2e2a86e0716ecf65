package io.amp.evm.abi;

/** Hex text of addresses and hashes (functions specification, sections 5.9 and 5.10). */
public final class Hex {
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private Hex() {}

    /**
     * Reads an address or a hash: 40 or 64 digits of any case, with or without {@code 0x}; checksums are not tested.
     *
     * @throws AbiException {@code invalid hex string: …} or {@code expected 20 or 32 bytes, got …}
     */
    public static byte[] parseAddressOrHash(String text) {
        byte[] bytes = parse(text);
        if (bytes.length != 20 && bytes.length != 32) {
            throw new AbiException("expected 20 or 32 bytes, got " + bytes.length);
        }
        return bytes;
    }

    private static byte[] parse(String text) {
        int start = text.startsWith("0x") || text.startsWith("0X") ? 2 : 0;
        int digits = text.codePointCount(start, text.length());
        if (digits % 2 != 0) {
            throw new AbiException("invalid hex string: odd number of digits");
        }
        byte[] bytes = new byte[digits / 2];
        int at = start;
        for (int i = 0; i < digits; i++) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            // Character.digit would also take the digits of other scripts.
            int value = c < 0x80 ? Character.digit(c, 16) : -1;
            if (value < 0) {
                throw new AbiException(
                        "invalid hex string: invalid character '" + Character.toString(c) + "' at position " + i);
            }
            bytes[i / 2] = (byte) (bytes[i / 2] << 4 | value);
        }
        return bytes;
    }

    /**
     * Writes {@code 0x} and two lower-case digits per byte.
     *
     * @param to has {@code 2 + 2 * length} bytes from {@code at}
     */
    public static void write(byte[] array, int offset, int length, byte[] to, int at) {
        to[at] = '0';
        to[at + 1] = 'x';
        int next = at + 2;
        for (int i = offset; i < offset + length; i++) {
            to[next] = DIGITS[array[i] >>> 4 & 0xf];
            to[next + 1] = DIGITS[array[i] & 0xf];
            next += 2;
        }
    }
}
