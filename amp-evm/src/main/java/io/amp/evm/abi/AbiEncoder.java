package io.amp.evm.abi;

import java.util.List;

/**
 * Encoder of a parameter list from columns, as {@code abi.encode} does it: canonical, tails in order. Compiled once per signature and
 * argument types, immutable, thread-safe.
 */
public final class AbiEncoder {
    private final byte[] prefix;
    private final EncodeNode[] nodes;

    private AbiEncoder(byte[] prefix, EncodeNode[] nodes) {
        this.prefix = prefix;
        this.nodes = nodes;
    }

    /**
     * Calls of a function: selector, then the arguments.
     *
     * @throws AbiException for a wrong number of arguments or one that never fits
     */
    public static AbiEncoder ofCall(AbiFunction function, List<ValueType> arguments) {
        int expected = function.inputs().size();
        if (arguments.size() != expected) {
            throw new AbiException(
                    "expected " + expected + " arguments for the function signature but got " + arguments.size());
        }
        var types = function.inputs().stream().map(AbiParameter::type).toList();
        return new AbiEncoder(function.selector(), EncodeNode.all(types, requireTyped(types, arguments)));
    }

    /**
     * One value: static types inline, dynamic ones behind the offset 0x20.
     *
     * @throws AbiException when no value of the column type can become the Solidity type
     */
    public static AbiEncoder ofValue(AbiType type, ValueType from) {
        return new AbiEncoder(new byte[0], EncodeNode.all(List.of(type), requireTyped(List.of(type), List.of(from))));
    }

    /** An untyped NULL is refused as an argument; inside lists and structs it is a NULL like any other. */
    private static List<ValueType> requireTyped(List<AbiType> types, List<ValueType> from) {
        for (int i = 0; i < from.size(); i++) {
            if (from.get(i) instanceof ValueType.Null) {
                throw new AbiException(EncodeNode.unsupported(from.get(i), types.get(i)));
            }
        }
        return from;
    }

    /**
     * Appends the encoding of one row.
     *
     * @return false when there is a NULL anywhere in the arguments: then nothing was appended
     * @throws AbiException when a value is out of range: what {@code out} holds from its former length on is undefined
     */
    public boolean encode(List<? extends AbiSource> arguments, int row, AbiWriter out) {
        int start = out.length();
        int heads = 0;
        for (EncodeNode node : nodes) {
            heads += node.headBytes;
        }
        int at = out.reserve(Math.addExact(prefix.length, heads));
        System.arraycopy(prefix, 0, out.array(), at, prefix.length);
        int frame = at + prefix.length;
        int head = frame;
        for (int i = 0; i < nodes.length; i++) {
            if (!nodes[i].write(arguments.get(i), row, out, head, frame)) {
                out.truncate(start);
                return false;
            }
            head += nodes[i].headBytes;
        }
        return true;
    }
}
