package io.amp.adapters.postgres.connection;

import java.time.Duration;

/**
 * How one process uses its metadata database (command-line specification, section 12.2).
 *
 * @param url address and credentials
 * @param poolSize connections in the pool; listening, heartbeat and lock connections come on top
 * @param minConnections idle connections kept
 * @param maxLifetime of a pooled connection
 * @param idleTimeout after which a pooled connection above {@code minConnections} is closed
 * @param acquireTimeout longest wait for a pooled connection
 * @param answerTimeout longest wait for the answer to one statement; a frozen server ends as a lost connection
 * @param startPatience longest wait for a server that is not there yet when the process starts
 * @param retry of operations after lost connections
 * @param dataUrl address of the data store with trailing slash, recorded with each file
 * @param applicationName shown in the server's list of sessions
 */
public record PostgresSettings(
        PostgresUrl url,
        int poolSize,
        int minConnections,
        Duration maxLifetime,
        Duration idleTimeout,
        Duration acquireTimeout,
        Duration answerTimeout,
        Duration startPatience,
        RetryPolicy retry,
        String dataUrl,
        String applicationName) {
    public PostgresSettings {
        if (poolSize < 1) {
            throw new IllegalArgumentException("pool_size is at least 1, not " + poolSize);
        }
        if (minConnections < 0 || minConnections > poolSize) {
            throw new IllegalArgumentException("min_connections is from 0 to pool_size, not " + minConnections);
        }
    }

    /** The documented defaults. */
    public static PostgresSettings of(PostgresUrl url) {
        return new PostgresSettings(
                url,
                10,
                3,
                Duration.ofSeconds(1800),
                Duration.ofSeconds(600),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                RetryPolicy.STANDARD,
                "",
                "amp");
    }

    public PostgresSettings withPool(int size, int min, Duration lifetime, Duration idle) {
        return new PostgresSettings(
                url,
                size,
                min,
                lifetime,
                idle,
                acquireTimeout,
                answerTimeout,
                startPatience,
                retry,
                dataUrl,
                applicationName);
    }

    public PostgresSettings withTimeouts(Duration acquire, Duration answer, Duration start) {
        return new PostgresSettings(
                url,
                poolSize,
                minConnections,
                maxLifetime,
                idleTimeout,
                acquire,
                answer,
                start,
                retry,
                dataUrl,
                applicationName);
    }

    public PostgresSettings withRetry(RetryPolicy policy) {
        return new PostgresSettings(
                url,
                poolSize,
                minConnections,
                maxLifetime,
                idleTimeout,
                acquireTimeout,
                answerTimeout,
                startPatience,
                policy,
                dataUrl,
                applicationName);
    }

    public PostgresSettings withDataUrl(String address) {
        return new PostgresSettings(
                url,
                poolSize,
                minConnections,
                maxLifetime,
                idleTimeout,
                acquireTimeout,
                answerTimeout,
                startPatience,
                retry,
                address,
                applicationName);
    }

    public PostgresSettings withApplicationName(String name) {
        return new PostgresSettings(
                url,
                poolSize,
                minConnections,
                maxLifetime,
                idleTimeout,
                acquireTimeout,
                answerTimeout,
                startPatience,
                retry,
                dataUrl,
                name);
    }
}
