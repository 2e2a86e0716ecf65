package io.amp.ports.chain;

import java.util.Locale;

/** Chain id such as {@code mainnet}, in its compared form: lower case, 1 to 64 characters, no white space, quote or control. */
public record NetworkId(String value) implements Comparable<NetworkId> {
    public NetworkId {
        value = value.toLowerCase(Locale.ROOT);
        if (!isValid(value)) {
            throw new IllegalArgumentException("invalid network id: '" + value + "'");
        }
    }

    /** The rule of the datasets specification, section 1.1. */
    public static boolean isValid(String text) {
        return !text.isEmpty()
                && text.codePointCount(0, text.length()) <= 64
                && text.codePoints()
                        .noneMatch(c -> Character.isWhitespace(c)
                                || Character.isSpaceChar(c)
                                || Character.isISOControl(c)
                                || c == '"'
                                || c == '\''
                                || c == '`');
    }

    @Override
    public int compareTo(NetworkId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
