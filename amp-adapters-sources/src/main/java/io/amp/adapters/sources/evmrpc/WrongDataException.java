package io.amp.adapters.sources.evmrpc;

/**
 * Valid JSON with wrong content: which field, and what is wrong with it. Without a stack; the stream adds provider and block and makes an
 * {@link io.amp.ports.error.AmpException} of it.
 */
final class WrongDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final Kind kind;

    enum Kind {
        /** The node should not have sent this; another try may get something else. */
        BAD,
        /** No try can help: the column cannot hold the value. */
        FATAL,
        /** The answers do not belong together, usually since the chain changed between two calls. */
        CHANGED
    }

    WrongDataException(Kind kind, String field, String problem) {
        super(problem, null, false, false);
        this.kind = kind;
        this.field = field;
    }

    static WrongDataException bad(String field, String problem) {
        return new WrongDataException(Kind.BAD, field, problem + " in field " + field);
    }

    static WrongDataException missing(String field) {
        return new WrongDataException(Kind.BAD, field, "missing field " + field);
    }

    static WrongDataException overflow(String field) {
        return new WrongDataException(Kind.FATAL, field, "overflow in field " + field);
    }

    Kind kind() {
        return kind;
    }

    String field() {
        return field;
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}
