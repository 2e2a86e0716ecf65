package io.amp.app.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A positive fraction in lowest terms, so that {@code 3/2} and {@code 1.5} are equal. */
public record Multiplier(long numerator, long denominator) {
    public static final Multiplier ONE = new Multiplier(1, 1);

    private static final Pattern FRACTION = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{1,9})");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    public Multiplier {
        if (numerator < 1 || denominator < 1) {
            throw new IllegalArgumentException("not positive: " + numerator + "/" + denominator);
        }
        long divisor = BigInteger.valueOf(numerator)
                .gcd(BigInteger.valueOf(denominator))
                .longValue();
        numerator /= divisor;
        denominator /= divisor;
    }

    /** {@code 2}, {@code 1.5} or {@code 3/2}; empty for anything else and for zero. */
    static Optional<Multiplier> parse(String text) {
        Matcher fraction = FRACTION.matcher(text.strip());
        if (fraction.matches()) {
            return of(Long.parseLong(fraction.group(1)), Long.parseLong(fraction.group(2)));
        }
        if (!DECIMAL.matcher(text.strip()).matches()) {
            return Optional.empty();
        }
        BigDecimal decimal = new BigDecimal(text.strip());
        return of(
                decimal.unscaledValue().longValueExact(),
                BigInteger.TEN.pow(decimal.scale()).longValueExact());
    }

    private static Optional<Multiplier> of(long numerator, long denominator) {
        return numerator < 1 || denominator < 1
                ? Optional.empty()
                : Optional.of(new Multiplier(numerator, denominator));
    }

    /** Times this, rounded down; saturates. */
    public long applyTo(long value) {
        BigInteger product = BigInteger.valueOf(value)
                .multiply(BigInteger.valueOf(numerator))
                .divide(BigInteger.valueOf(denominator));
        return product.bitLength() > 63 ? Long.MAX_VALUE : product.longValue();
    }
}
