package io.amp.testkit.metadata;

import io.amp.ports.job.JobTimings;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;

/** An in-memory database for the contract suites. */
final class InMemoryBackend implements MetadataBackend {
    private final ShiftedClock clock = new ShiftedClock();
    private final InMemoryDatabase database;

    InMemoryBackend(JobTimings timings) {
        database = new InMemoryDatabase(clock, new SeededRandomness(), timings);
    }

    @Override
    public MetadataStore connect() {
        return new InMemoryMetadataStore(database, clock);
    }

    @Override
    public void advance(Duration duration) {
        clock.advance(duration);
    }

    @Override
    public void breakConnections() {
        database.setAvailable(false);
        database.setAvailable(true);
    }

    @Override
    public void close() {
        database.setAvailable(false);
    }

    private static final class SeededRandomness implements Randomness {
        private final SplittableRandom random = new SplittableRandom(42);

        @Override
        public synchronized long nextLong() {
            return random.nextLong();
        }

        @Override
        public synchronized double nextDouble() {
            return random.nextDouble();
        }

        @Override
        public UUID newUuidV7(Clock time) {
            return new UUID(time.now().toEpochMilli() << 16 | 0x7000, nextLong() >>> 2 | Long.MIN_VALUE);
        }
    }
}
