package io.amp.core.provider;

import io.amp.ports.runtime.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Providers that failed lately: 60 s for the first time, then doubling up to 15 min until one works again. Shared by everything in one
 * process; bounded by the number of provider names. Thread-safe.
 */
final class AvoidedProviders {
    private static final long FIRST_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long MAX_NANOS = Duration.ofMinutes(15).toNanos();

    private final Clock clock;
    private final Map<String, Avoidance> byName = new HashMap<>();

    AvoidedProviders(Clock clock) {
        this.clock = clock;
    }

    synchronized void failed(String name) {
        Avoidance before = byName.get(name);
        long span = before == null ? FIRST_NANOS : Math.min(MAX_NANOS, before.span * 2);
        byName.put(name, new Avoidance(clock.nanoTime() + span, span));
    }

    synchronized void succeeded(String name) {
        byName.remove(name);
    }

    /** Those to avoid now, with the monotonic time when that ends. */
    synchronized Map<String, Long> now() {
        long now = clock.nanoTime();
        Map<String, Long> avoided = new HashMap<>();
        byName.forEach((name, avoidance) -> {
            if (avoidance.until - now > 0) {
                avoided.put(name, avoidance.until);
            }
        });
        return avoided;
    }

    private record Avoidance(long until, long span) {}
}
