package io.amp.ports.error;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every failure that crosses a port. The message names thing, value and limit, and never holds a secret, a storage URL or a stack
 * trace, because servers send it to clients as it is.
 */
public final class AmpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private final transient Map<String, Object> context;

    public AmpException(ErrorCode code, String message) {
        this(code, message, null, Map.of());
    }

    public AmpException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, Map.of());
    }

    /** @param context extra facts for machines (block numbers, positions), values are strings, numbers or lists of them */
    public AmpException(ErrorCode code, String message, @Nullable Throwable cause, Map<String, Object> context) {
        super(message, cause);
        this.code = code;
        this.context = Map.copyOf(context);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    public ErrorCode code() {
        return code;
    }

    public Map<String, Object> context() {
        return context;
    }

    public boolean retryable() {
        return code.retryable();
    }

    /** True when this failure has exactly the given code. */
    public boolean is(ErrorCode other) {
        return code.equals(other);
    }
}
