package io.amp.adapters.sources.net;

import org.jspecify.annotations.Nullable;

/** A request that got no whole answer. The message names neither URL nor token; the cause is that of the socket. */
public final class ConnectionFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean timedOut;

    ConnectionFailure(String message, boolean timedOut, @Nullable Throwable cause) {
        super(message, cause);
        this.timedOut = timedOut;
    }

    public boolean timedOut() {
        return timedOut;
    }
}
