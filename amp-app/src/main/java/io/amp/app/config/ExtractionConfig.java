package io.amp.app.config;

import java.time.Duration;

/**
 * How workers follow a chain.
 *
 * @param pollInterval pause between questions for new blocks
 * @param microbatchMaxBlocks per micro-batch of a derived dataset
 */
public record ExtractionConfig(Duration pollInterval, long microbatchMaxBlocks) {}
