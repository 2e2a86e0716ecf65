package io.amp.adapters.sources.net;

/**
 * A quota per minute that may be used in one burst and is refilled evenly. Times are nanoseconds of one monotonic clock. Thread-safe.
 *
 * <p>Implementation note: keeps the time at which all permits handed out are paid for. A permit costs {@code minute / quota}; up to the
 * whole quota may be owed.
 */
public final class TokenBucket {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final double costNanos;
    private double paidUntil = Double.NEGATIVE_INFINITY;

    /** @param perMinute at least 1 */
    public TokenBucket(long perMinute) {
        if (perMinute < 1) {
            throw new IllegalArgumentException("at least 1 per minute, not " + perMinute);
        }
        this.costNanos = (double) MINUTE_NANOS / perMinute;
    }

    /** Takes a permit; returns how long to wait before using it, 0 for not at all. */
    public synchronized long take(long nowNanos) {
        paidUntil = Math.max(paidUntil, (double) nowNanos) + costNanos;
        return (long) Math.max(0, Math.ceil(paidUntil - (double) nowNanos - MINUTE_NANOS));
    }
}
