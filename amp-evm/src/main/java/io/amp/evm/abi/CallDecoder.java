package io.amp.evm.abi;

import java.util.List;

/** Decoder of a function's calls: selector, then the arguments. Immutable and thread-safe. */
public final class CallDecoder {
    private final byte[] selector;
    private final List<ValueType.Field> fields;
    private final AbiDecoder arguments;

    private CallDecoder(AbiFunction function) {
        this.selector = function.selector();
        this.fields = ValueType.struct(function.inputs()).fields();
        this.arguments = AbiDecoder.ofParameters(function.inputs());
    }

    /** @throws AbiException for a type without column type */
    public static CallDecoder of(AbiFunction function) {
        return new CallDecoder(function);
    }

    /** The inputs in declared order; empty for a function without any. */
    public List<ValueType.Field> fields() {
        return fields;
    }

    /** True when the input is a call of this function with readable arguments. */
    public boolean accepts(byte[] input, int offset, int length) {
        if (length < AbiFunction.SELECTOR_BYTES) {
            return false;
        }
        for (int i = 0; i < AbiFunction.SELECTOR_BYTES; i++) {
            if (input[offset + i] != selector[i]) {
                return false;
            }
        }
        return arguments.accepts(input, offset + AbiFunction.SELECTOR_BYTES, length - AbiFunction.SELECTOR_BYTES);
    }

    /** Writes one argument of an input that {@link #accepts}. */
    public void write(int field, byte[] input, int offset, AbiSink sink) {
        arguments.write(field, input, offset + AbiFunction.SELECTOR_BYTES, sink);
    }
}
