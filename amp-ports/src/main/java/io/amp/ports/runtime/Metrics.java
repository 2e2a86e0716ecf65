package io.amp.ports.runtime;

import java.util.Map;

/**
 * Where the parts of Amp report what they count and measure; names and labels are those of the specification. Asking twice for the same
 * name and labels gives the same series. Thread-safe; reporting never fails and never waits.
 */
public interface Metrics {
    /** @param labels by name; values come from a small fixed set (names of providers, networks, methods), never from users' data */
    Counter counter(String name, Map<String, String> labels);

    Gauge gauge(String name, Map<String, String> labels);

    Histogram histogram(String name, Map<String, String> labels);

    /** A sum that only grows. */
    @FunctionalInterface
    interface Counter {
        /** @param amount zero or more */
        void add(long amount);
    }

    /** A value that goes up and down. */
    @FunctionalInterface
    interface Gauge {
        void set(double value);
    }

    /** A distribution of values. */
    @FunctionalInterface
    interface Histogram {
        /** @param value in the unit that the name of the series says */
        void record(double value);
    }

    /** Keeps nothing. */
    static Metrics none() {
        return new None();
    }

    /** See {@link #none()}. */
    record None() implements Metrics {
        @Override
        public Counter counter(String name, Map<String, String> labels) {
            return amount -> {};
        }

        @Override
        public Gauge gauge(String name, Map<String, String> labels) {
            return value -> {};
        }

        @Override
        public Histogram histogram(String name, Map<String, String> labels) {
            return value -> {};
        }
    }
}
