package io.amp.adapters.query.duckdb;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Carries what a function written in Java threw past the engine, which transports text only.
 *
 * <p>The text gets a token, and whoever reads the engine's error exchanges the token for the throwable. Bounded: the oldest is forgotten
 * first, which costs the cause, never the text.
 */
final class CallbackFailures {
    private static final int KEPT_MAX = 256;
    private static final Pattern TOKEN = Pattern.compile("\u27e6(\\d+)\u27e7");

    private static final Map<Long, Throwable> KEPT = new LinkedHashMap<>();
    private static long last;

    private CallbackFailures() {}

    record Claimed(String message, @Nullable Throwable cause) {}

    /** @return the text to report to the engine */
    static String keep(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
        synchronized (KEPT) {
            KEPT.put(++last, failure);
            if (KEPT.size() > KEPT_MAX) {
                KEPT.remove(KEPT.keySet().iterator().next());
            }
            return "\u27e6" + last + "\u27e7" + message.replace('\0', ' ');
        }
    }

    static Claimed claim(String message) {
        Matcher token = TOKEN.matcher(message);
        if (!token.find()) {
            return new Claimed(message, null);
        }
        synchronized (KEPT) {
            Throwable cause = KEPT.remove(Long.valueOf(token.group(1)));
            return new Claimed(token.replaceFirst(""), cause);
        }
    }
}
