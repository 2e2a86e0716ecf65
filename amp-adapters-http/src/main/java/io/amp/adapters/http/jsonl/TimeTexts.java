package io.amp.adapters.http.jsonl;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/** Dates, times and spans as the query specification, section 6.3, writes them; straight into the buffer. */
final class TimeTexts {
    private static final long NANOS = 1_000_000_000L;
    private static final long SECONDS_PER_DAY = 86_400;

    private TimeTexts() {}

    /** @param zone null: without a zone, and without a suffix */
    static void timestamp(JsonBuffer out, long seconds, int nanos, @Nullable ZoneId zone) {
        ZoneOffset offset = zone == null ? ZoneOffset.UTC : offset(zone, seconds);
        long local = seconds + offset.getTotalSeconds();
        out.put('"');
        date(out, Math.floorDiv(local, SECONDS_PER_DAY));
        out.put('T');
        timeOfDay(out, (int) Math.floorMod(local, SECONDS_PER_DAY), nanos);
        if (zone != null) {
            out.ascii(offset.getId());
        }
        out.put('"');
    }

    private static ZoneOffset offset(ZoneId zone, long seconds) {
        ZoneRules rules = zone.getRules();
        return rules.isFixedOffset() ? rules.getOffset(Instant.EPOCH) : rules.getOffset(Instant.ofEpochSecond(seconds));
    }

    static void date(JsonBuffer out, long epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        if (date.getYear() >= 0 && date.getYear() <= 9999) {
            out.digits(date.getYear(), 4);
            out.put('-');
            out.digits(date.getMonthValue(), 2);
            out.put('-');
            out.digits(date.getDayOfMonth(), 2);
        } else {
            out.ascii(date.toString());
        }
    }

    static void timeOfDay(JsonBuffer out, int secondOfDay, int nanos) {
        out.digits(secondOfDay / 3600, 2);
        out.put(':');
        out.digits(secondOfDay / 60 % 60, 2);
        out.put(':');
        out.digits(secondOfDay % 60, 2);
        fraction(out, nanos);
    }

    /** 0, 3, 6 or 9 digits as needed. */
    private static void fraction(JsonBuffer out, int nanos) {
        if (nanos == 0) {
            return;
        }
        out.put('.');
        if (nanos % 1_000_000 == 0) {
            out.digits(nanos / 1_000_000, 3);
        } else if (nanos % 1_000 == 0) {
            out.digits(nanos / 1_000, 6);
        } else {
            out.digits(nanos, 9);
        }
    }

    /** ISO-8601 in seconds: {@code PT1.5S}, {@code -PT0.000000001S}, {@code P0D}. */
    static void duration(JsonBuffer out, long count, long perSecond) {
        out.put('"');
        if (count == 0) {
            out.ascii("P0D");
        } else {
            if (count < 0) {
                out.put('-');
            }
            out.ascii("PT");
            out.digits(Math.abs(count / perSecond));
            long rest = Math.abs(count % perSecond);
            if (rest != 0) {
                String digits = Long.toString(rest + perSecond).substring(1);
                int end = digits.length();
                while (digits.charAt(end - 1) == '0') {
                    end--;
                }
                out.put('.');
                out.ascii(digits.substring(0, end));
            }
            out.put('S');
        }
        out.put('"');
    }

    /** {@code 1 mons 2 days 3.000000000 secs}; parts that are zero are left out. */
    static void interval(JsonBuffer out, long months, long days, long nanos, int fractionDigits) {
        StringBuilder text = new StringBuilder();
        part(text, months, "mons");
        part(text, days, "days");
        part(text, nanos / (3600 * NANOS), "hours");
        part(text, nanos / (60 * NANOS) % 60, "mins");
        long seconds = nanos % (60 * NANOS);
        if (seconds != 0) {
            String digits = Long.toString(NANOS + Math.abs(seconds % NANOS)).substring(1, 1 + fractionDigits);
            text.append(text.isEmpty() ? "" : " ")
                    .append(seconds < 0 ? "-" : "")
                    .append(Math.abs(seconds / NANOS))
                    .append('.')
                    .append(digits)
                    .append(" secs");
        }
        out.put('"');
        out.ascii(text.toString());
        out.put('"');
    }

    private static void part(StringBuilder text, long value, String unit) {
        if (value != 0) {
            text.append(text.isEmpty() ? "" : " ").append(value).append(' ').append(unit);
        }
    }
}
