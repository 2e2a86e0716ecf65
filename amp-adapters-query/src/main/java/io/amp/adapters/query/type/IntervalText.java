package io.amp.adapters.query.type;

import java.math.BigDecimal;
import java.util.Locale;

/** Reads intervals such as {@code 1 day 2 hours}, {@code 1.5 hours}, {@code 01:30:00}. */
public final class IntervalText {
    /** Months, days and microseconds. */
    public record Parts(int months, int days, long micros) {}

    private static final BigDecimal DAY_MICROS = BigDecimal.valueOf(86_400_000_000L);

    private BigDecimal months = BigDecimal.ZERO;
    private BigDecimal days = BigDecimal.ZERO;
    private BigDecimal micros = BigDecimal.ZERO;

    private IntervalText() {}

    /**
     * @param unit unit of a bare number; empty = the text names its units
     * @throws IllegalArgumentException not an interval
     */
    public static Parts parse(String text, String unit) {
        var interval = new IntervalText();
        String[] words = text.strip().split("\\s+");
        try {
            if (!unit.isEmpty() && words.length == 1) {
                interval.add(new BigDecimal(words[0]), unit);
            } else {
                interval.addAll(words);
            }
            return interval.parts();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("invalid interval '" + text + "'", e);
        }
    }

    private void addAll(String[] words) {
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            if (word.indexOf(':') > 0) {
                addClock(word);
                continue;
            }
            int letters = 0;
            while (letters < word.length() && !Character.isLetter(word.charAt(letters))) {
                letters++;
            }
            if (letters < word.length()) {
                add(new BigDecimal(word.substring(0, letters)), word.substring(letters));
            } else if (i + 1 < words.length) {
                add(new BigDecimal(word), words[++i]);
            } else {
                add(new BigDecimal(word), "second");
            }
        }
    }

    private void addClock(String word) {
        boolean negative = word.startsWith("-");
        String[] parts = (negative ? word.substring(1) : word).split(":");
        BigDecimal sign = negative ? BigDecimal.ONE.negate() : BigDecimal.ONE;
        String[] units = {"hour", "minute", "second"};
        if (parts.length > units.length) {
            throw new NumberFormatException(word);
        }
        for (int i = 0; i < parts.length; i++) {
            add(new BigDecimal(parts[i]).multiply(sign), units[i]);
        }
    }

    private void add(BigDecimal amount, String unit) {
        String folded = unit.toLowerCase(Locale.ROOT);
        String singular =
                folded.length() > 2 && folded.endsWith("s") ? folded.substring(0, folded.length() - 1) : folded;
        switch (singular) {
            case "millennium", "millennia" -> addMonths(amount, 12_000);
            case "century", "centurie" -> addMonths(amount, 1_200);
            case "decade" -> addMonths(amount, 120);
            case "year", "yr", "y" -> addMonths(amount, 12);
            case "quarter" -> addMonths(amount, 3);
            case "month", "mon" -> addMonths(amount, 1);
            case "week", "w" -> addDays(amount.multiply(BigDecimal.valueOf(7)));
            case "day", "d" -> addDays(amount);
            case "hour", "hr", "h" -> addMicros(amount, 3_600_000_000L);
            case "minute", "min", "m" -> addMicros(amount, 60_000_000L);
            case "second", "sec", "s" -> addMicros(amount, 1_000_000L);
            case "millisecond", "msec", "ms" -> addMicros(amount, 1_000L);
            case "microsecond", "usec", "us" -> addMicros(amount, 1L);
            case "nanosecond", "nsec", "ns" -> micros = micros.add(amount.movePointLeft(3));
            default -> throw new NumberFormatException("unknown unit " + unit);
        }
    }

    private void addMonths(BigDecimal amount, int perUnit) {
        months = months.add(amount.multiply(BigDecimal.valueOf(perUnit)));
    }

    private void addDays(BigDecimal amount) {
        BigDecimal whole = new BigDecimal(amount.toBigInteger());
        days = days.add(whole);
        micros = micros.add(amount.subtract(whole).multiply(DAY_MICROS));
    }

    private void addMicros(BigDecimal amount, long perUnit) {
        micros = micros.add(amount.multiply(BigDecimal.valueOf(perUnit)));
    }

    private Parts parts() {
        return new Parts(
                months.toBigInteger().intValueExact(),
                days.intValueExact(),
                micros.toBigInteger().longValueExact());
    }
}
