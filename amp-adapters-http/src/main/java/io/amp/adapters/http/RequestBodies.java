package io.amp.adapters.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads request bodies without ever holding more than the limit. */
public final class RequestBodies {
    private RequestBodies() {}

    /** @return empty when the body is longer than {@code bytesMax}; the rest is not read then */
    public static Optional<byte[]> read(HttpServletRequest request, long bytesMax) throws IOException {
        if (request.getContentLengthLong() > bytesMax) {
            return Optional.empty();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.max(0, request.getContentLengthLong()));
        InputStream in = request.getInputStream();
        byte[] chunk = new byte[16 * 1024];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (body.size() + (long) count > bytesMax) {
                return Optional.empty();
            }
            body.write(chunk, 0, count);
        }
        return Optional.of(body.toByteArray());
    }

    /** @return empty when the bytes are not UTF-8 */
    public static Optional<String> utf8(byte[] body) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
