package io.amp.testkit.runtime;

import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import java.util.Random;
import java.util.UUID;

/** The same values for the same seed. */
public final class SeededRandomness implements Randomness {
    private final Random random;
    private long uuids;

    public SeededRandomness(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public synchronized long nextLong() {
        return random.nextLong();
    }

    @Override
    public synchronized double nextDouble() {
        return random.nextDouble();
    }

    @Override
    public synchronized UUID newUuidV7(Clock clock) {
        long millis = clock.now().toEpochMilli();
        return new UUID(
                (millis << 16) | 0x7000L | (uuids++ & 0xFFF),
                (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }
}
