package io.amp.testkit.chain;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * What a test node sends back. Over WebSocket and IPC only the body counts.
 *
 * @param headers besides length and type
 * @param bytesSent how much of the body goes out before the connection is cut; the whole length: it is not cut
 * @param delay before anything is sent; forever for {@link #never}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record RpcAnswer(int status, Map<String, String> headers, byte[] body, int bytesSent, Duration delay) {
    private static final Duration FOREVER = Duration.ofDays(1);

    public static RpcAnswer json(byte[] body) {
        return new RpcAnswer(200, Map.of(), body, body.length, Duration.ZERO);
    }

    public static RpcAnswer json(String body) {
        return json(body.getBytes(StandardCharsets.UTF_8));
    }

    public static RpcAnswer http(int status, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new RpcAnswer(status, headers, bytes, bytes.length, Duration.ZERO);
    }

    /** Takes the request and stays silent. */
    public static RpcAnswer never() {
        return new RpcAnswer(200, Map.of(), new byte[0], 0, FOREVER);
    }

    /** Cuts the connection after the first {@code bytes} of the body. */
    public RpcAnswer cutAfter(int bytes) {
        return new RpcAnswer(status, headers, body, Math.min(bytes, body.length), delay);
    }

    public RpcAnswer after(Duration wait) {
        return new RpcAnswer(status, headers, body, bytesSent, wait);
    }

    boolean isCut() {
        return bytesSent < body.length || delay.equals(FOREVER);
    }
}
