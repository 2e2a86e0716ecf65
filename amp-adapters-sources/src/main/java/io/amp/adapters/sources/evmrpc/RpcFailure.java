package io.amp.adapters.sources.evmrpc;

import io.amp.ports.chain.SourceError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not yield its answer. The message holds no secret, and neither provider nor block: see {@link ProviderErrors}. */
final class RpcFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final SourceError error;
    private final @Nullable Duration retryAfter;
    private final boolean batchTooLarge;

    RpcFailure(SourceError error, String message, @Nullable Throwable cause) {
        this(error, message, cause, null, false);
    }

    RpcFailure(
            SourceError error,
            String message,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            boolean batchTooLarge) {
        super(message, cause);
        this.error = error;
        this.retryAfter = retryAfter;
        this.batchTooLarge = batchTooLarge;
    }

    SourceError error() {
        return error;
    }

    /** How long the node asks to wait. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** A smaller batch may pass. */
    boolean batchTooLarge() {
        return batchTooLarge;
    }
}
