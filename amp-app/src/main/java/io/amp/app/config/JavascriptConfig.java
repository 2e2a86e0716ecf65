package io.amp.app.config;

import java.time.Duration;

/**
 * Limits of JavaScript functions.
 *
 * @param batchTimeout processor time per batch of rows
 * @param rowTimeout processor time per call
 * @param maxHeap per environment
 * @param maxStack call stack
 * @param maxSource of one function
 * @param maxResult one returned string or object
 * @param poolSize environments per process, at least 1
 * @param cacheEntries compiled sources kept
 */
public record JavascriptConfig(
        Duration batchTimeout,
        Duration rowTimeout,
        DataSize maxHeap,
        DataSize maxStack,
        DataSize maxSource,
        DataSize maxResult,
        int poolSize,
        int cacheEntries) {}
