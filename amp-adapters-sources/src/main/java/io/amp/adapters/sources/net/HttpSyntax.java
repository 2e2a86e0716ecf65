package io.amp.adapters.sources.net;

/** What may stand in a header (RFC 9110, sections 5.1 and 5.5). */
public final class HttpSyntax {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private HttpSyntax() {}

    public static boolean isHeaderName(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0));
    }

    /** Visible ASCII, spaces and tabs inside, nothing that ends a line. */
    public static boolean isHeaderValue(String text) {
        return text.strip().length() == text.length()
                && text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
    }
}
