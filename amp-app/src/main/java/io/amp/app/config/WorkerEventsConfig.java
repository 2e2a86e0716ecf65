package io.amp.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Events of jobs that workers push. */
public record WorkerEventsConfig(boolean enabled, Duration progressInterval, Kafka kafka) {
    /**
     * The Kafka topic they go to.
     *
     * @param brokers {@code host:port}; not empty when events are enabled
     * @param partitions of the topic
     */
    public record Kafka(List<String> brokers, String topic, int partitions, Optional<Sasl> sasl, boolean tls) {
        public Kafka {
            brokers = List.copyOf(brokers);
        }
    }

    /** @param mechanism {@code PLAIN}, {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512} */
    public record Sasl(String mechanism, String username, Secret password) {}
}
