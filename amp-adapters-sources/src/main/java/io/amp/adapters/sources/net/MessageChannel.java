package io.amp.adapters.sources.net;

import java.io.IOException;
import java.time.Duration;

/** A connection on which both sides send JSON texts at any time. One thread receives; sending is thread-safe. */
public interface MessageChannel extends AutoCloseable {
    /** Sends one text; when that takes longer than {@code atMost}, the channel is closed. */
    void send(byte[] json, Duration atMost) throws IOException;

    /** The next message, owned by the caller; waits for it. */
    ResponseBody receive() throws IOException;

    /** Ends a blocked {@link #receive} as well. Idempotent. */
    @Override
    void close() throws IOException;
}
