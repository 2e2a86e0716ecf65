package io.amp.evm.abi;

import io.amp.evm.hash.Keccak256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A declared function.
 *
 * @param outputs null when the declaration has no {@code returns}
 */
public record AbiFunction(
        String name, List<AbiParameter> inputs, @Nullable List<AbiParameter> outputs) {
    public static final int SELECTOR_BYTES = 4;

    public AbiFunction {
        inputs = List.copyOf(inputs);
        outputs = outputs == null ? null : List.copyOf(outputs);
    }

    /** Reads a declaration such as {@code function balanceOf(address owner) view returns (uint256)}. */
    public static AbiFunction parse(String signature) {
        return new AbiParser(signature, "parse function signature: ").function();
    }

    /** Name and input types, the text that is hashed. */
    public String canonical() {
        return name + AbiType.canonical(inputs);
    }

    /** The first 4 bytes of a call's input. */
    public byte[] selector() {
        return Arrays.copyOf(Keccak256.hash(canonical().getBytes(StandardCharsets.UTF_8)), SELECTOR_BYTES);
    }
}
