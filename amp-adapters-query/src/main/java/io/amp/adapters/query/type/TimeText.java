package io.amp.adapters.query.type;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Reads and writes dates and times as ISO-8601 text; a blank may stand for the {@code T}. */
public final class TimeText {
    private static final long MICROS = 1_000_000;

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(TIME)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHmm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalEnd()
            .toFormatter(Locale.ROOT);

    private TimeText() {}

    /**
     * Microseconds since the epoch; texts without zone are UTC.
     *
     * @throws DateTimeException not a timestamp
     */
    public static long micros(String text) {
        String trimmed = text.strip();
        int zoneBlank = trimmed.lastIndexOf(' ');
        String joined = trimmed;
        if (zoneBlank > 10
                && (trimmed.charAt(zoneBlank + 1) == '+'
                        || trimmed.charAt(zoneBlank + 1) == '-'
                        || trimmed.endsWith(" UTC"))) {
            joined = trimmed.substring(0, zoneBlank)
                    + trimmed.substring(zoneBlank + 1).replace("UTC", "Z");
        }
        TemporalAccessor parsed = TIMESTAMP.parseBest(
                joined.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        Instant instant = switch (parsed) {
            case OffsetDateTime zoned -> zoned.toInstant();
            case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
            default -> LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
        };
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
    }

    /** Days since the epoch. */
    public static long days(String text) {
        return Math.floorDiv(micros(text), 86_400 * MICROS);
    }

    /** Microseconds since midnight. */
    public static long timeMicros(String text) {
        return LocalTime.parse(text.strip(), TIME).toNanoOfDay() / 1000;
    }

    /** {@code 2024-01-01 00:00:00.000001}, as the engine reads it. */
    public static String printMicros(long micros) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS), (int) Math.floorMod(micros, MICROS) * 1000, ZoneOffset.UTC);
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%02d.%06d",
                at.getYear(),
                at.getMonthValue(),
                at.getDayOfMonth(),
                at.getHour(),
                at.getMinute(),
                at.getSecond(),
                at.getNano() / 1000);
    }
}
