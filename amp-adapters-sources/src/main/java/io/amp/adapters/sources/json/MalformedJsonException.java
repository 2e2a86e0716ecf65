package io.amp.adapters.sources.json;

/** The bytes are not JSON, or not in the shape that the reader insists on. Without a stack: an answer is data, not a program. */
public final class MalformedJsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String expected, int offset) {
        super("expected " + expected + " at byte " + offset, null, false, false);
    }
}
