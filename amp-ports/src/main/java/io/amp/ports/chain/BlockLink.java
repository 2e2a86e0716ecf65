package io.amp.ports.chain;

/** One header's place in the chain: enough to check links without fetching a block. */
public record BlockLink(long number, BlockHash hash, BlockHash parentHash, long timestamp) {}
