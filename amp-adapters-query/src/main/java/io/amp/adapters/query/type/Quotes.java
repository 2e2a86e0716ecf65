package io.amp.adapters.query.type;

/** Quoting of names and literals; the only place that writes a user's characters into a statement. */
public final class Quotes {
    private Quotes() {}

    /** {@code "a""b"}. */
    public static String name(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /** A name as users would write it: bare when it survives folding, else quoted. */
    public static String nameIfNeeded(String text) {
        return isBare(text) ? text : name(text);
    }

    private static boolean isBare(String text) {
        if (text.isEmpty() || !isBareStart(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isBareStart(c) && !(c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBareStart(char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    }
}
