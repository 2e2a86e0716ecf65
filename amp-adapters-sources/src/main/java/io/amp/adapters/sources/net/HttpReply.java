package io.amp.adapters.sources.net;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer.
 *
 * @param retryAfterHeader the header as sent
 * @param body decompressed; owned by whoever has the reply
 */
public record HttpReply(int status, @Nullable String retryAfterHeader, ResponseBody body) implements AutoCloseable {

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** How long the peer asks to wait, when it says so in seconds or as a date. */
    public Optional<Duration> retryAfter(Instant now) {
        String text = retryAfterHeader;
        if (text == null) {
            return Optional.empty();
        }
        if (!text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration wait = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        body.close();
    }
}
