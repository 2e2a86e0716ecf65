package io.amp.evm.abi;

/**
 * A signature, type, argument or value that the ABI does not allow. The message is meant for whoever wrote it; malformed chain data never
 * raises this, decoders answer it with a return value.
 */
public final class AbiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AbiException(String message) {
        super(message);
    }
}
