package io.amp.core.concurrent;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Unpredictable values: file names and revision ids of several processes must not collide. */
public final class SystemRandomness implements Randomness {
    /** 12 bits of {@code rand_a} count within one millisecond (RFC 9562, section 6.2, method 1). */
    private static final int COUNTER_BITS = 12;

    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private long lastMillis;
    private int counter;

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public double nextDouble() {
        return random.nextDouble();
    }

    @Override
    public UUID newUuidV7(Clock clock) {
        lock.lock();
        try {
            long millis = clock.now().toEpochMilli();
            if (millis > lastMillis) {
                lastMillis = millis;
                counter = random.nextInt(1 << (COUNTER_BITS - 1));
            } else if (++counter == 1 << COUNTER_BITS) {
                lastMillis++;
                counter = 0;
            }
            long high = (lastMillis << 16) | 0x7000L | counter;
            long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } finally {
            lock.unlock();
        }
    }
}
