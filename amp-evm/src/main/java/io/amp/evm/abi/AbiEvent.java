package io.amp.evm.abi;

import io.amp.evm.hash.Keccak256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A declared event. */
public record AbiEvent(String name, List<AbiParameter> parameters, boolean anonymous) {
    /** Topics of a log after the event hash. */
    public static final int INDEXED_MAX = 3;

    public AbiEvent {
        parameters = List.copyOf(parameters);
        long indexed = parameters.stream().filter(AbiParameter::indexed).count();
        if (indexed > INDEXED_MAX) {
            throw new AbiException("event can only have " + INDEXED_MAX + " indexed parameters but has " + indexed);
        }
    }

    /** Reads a declaration such as {@code Transfer(address indexed from, address indexed to, uint256 value)}. */
    public static AbiEvent parse(String signature) {
        return new AbiParser(signature, "parse event signature: ").event();
    }

    /** Name and types, the text that is hashed. */
    public String canonical() {
        return name + AbiType.canonical(parameters);
    }

    /** The event hash, {@code topic0} of its logs: 32 bytes. */
    public byte[] topic0() {
        if (anonymous) {
            throw new AbiException("anonymous event " + name + " has no topic0");
        }
        return Keccak256.hash(canonical().getBytes(StandardCharsets.UTF_8));
    }
}
