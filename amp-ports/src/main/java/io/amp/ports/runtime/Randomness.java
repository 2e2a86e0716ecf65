package io.amp.ports.runtime;

import java.util.UUID;

/** The only source of random values. Thread-safe. */
public interface Randomness {
    long nextLong();

    /** Uniform in {@code [0, 1)}. */
    double nextDouble();

    /** A UUID version 7 made of the given clock's time; later ones sort later within one process. */
    UUID newUuidV7(Clock clock);

    /** Uniform in {@code [0, bound)}. */
    default int nextInt(int bound) {
        return (int) (nextDouble() * bound);
    }
}
