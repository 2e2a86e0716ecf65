package io.amp.adapters.sources.net;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Status line and headers of a response.
 *
 * @param headers by lower-case name; several of one name are joined by commas
 */
record HttpHead(int status, boolean keepsAliveByDefault, Map<String, String> headers) {
    private static final int HEADERS_MAX = 200;

    static HttpHead read(WireInput in) throws IOException {
        while (true) {
            HttpHead head = readOne(in);
            // 100 and 103 come before the real answer.
            if (head.status >= 200 || head.status == 101) {
                return head;
            }
        }
    }

    private static HttpHead readOne(WireInput in) throws IOException {
        String line = in.readLine();
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("no HTTP/1 answer");
        }
        int status;
        try {
            status = Integer.parseInt(line.substring(9, 12));
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP status", e);
        }
        Map<String, String> headers = new HashMap<>();
        for (int count = 0; ; count++) {
            String header = in.readLine();
            if (header.isEmpty()) {
                return new HttpHead(status, line.charAt(7) != '0', headers);
            }
            int colon = header.indexOf(':');
            if (colon <= 0 || count == HEADERS_MAX) {
                throw new IOException("not an HTTP header, or more than " + HEADERS_MAX);
            }
            headers.merge(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip(),
                    (first, next) -> first + ", " + next);
        }
    }

    @Nullable
    String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** True when the comma-separated header has this element, in any case. */
    boolean has(String lowerCaseName, String element) {
        String value = headers.get(lowerCaseName);
        if (value == null) {
            return false;
        }
        for (String part : value.split(",", -1)) {
            if (part.strip().equalsIgnoreCase(element)) {
                return true;
            }
        }
        return false;
    }

    boolean keepsAlive() {
        return keepsAliveByDefault ? !has("connection", "close") : has("connection", "keep-alive");
    }
}
