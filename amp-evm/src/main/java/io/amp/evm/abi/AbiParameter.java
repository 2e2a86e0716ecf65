package io.amp.evm.abi;

/**
 * A parameter of an event or function, or a component of a tuple.
 *
 * @param name as declared, or {@code c} and its 0-based position when it has none
 * @param indexed stands in a topic of the log; only in events
 */
public record AbiParameter(String name, AbiType type, boolean indexed) {}
