package io.amp.evm.abi;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Decoder of a parameter list: event data, a call's arguments, its results. A row is first proved as a whole ({@link #accepts}), then any
 * of its parameters are written ({@link #write}), so that a malformed row leaves no trace in a column. Compiled once per signature,
 * immutable, thread-safe; neither step allocates, except for text that is not valid UTF-8.
 */
public final class AbiDecoder {
    /**
     * Words that decoding may visit beyond four times the data's own. A canonical encoding visits each of its words once; nested arrays
     * whose offsets all lead to the same place could otherwise blow a few kilobytes up to gigabytes.
     */
    private static final long BUDGET_WORDS = 8192;

    /** Leaves room for the largest head behind the end, so that positions never overflow. */
    private static final int LENGTH_MAX = Integer.MAX_VALUE - (1 << 22);

    private final DecodeNode[] nodes;
    private final int[] heads;

    /** Bytes of the data when every parameter is static, else -1. */
    private final int staticBytes;

    /** Parameters that a long enough static row still has to be searched for. */
    private final int[] unproved;

    private AbiDecoder(List<AbiType> types) {
        this.nodes = DecodeNode.all(types);
        this.heads = DecodeNode.heads(nodes);
        boolean dynamic = types.stream().anyMatch(AbiType::isDynamic);
        this.staticBytes = dynamic
                ? -1
                : DecodeNode.WORD * types.stream().mapToInt(AbiType::headWords).sum();
        this.unproved = IntStream.range(0, nodes.length)
                .filter(i -> !nodes[i].acceptsAnyWord(0))
                .toArray();
    }

    /** @throws AbiException for a type without column type */
    public static AbiDecoder of(List<AbiType> types) {
        return new AbiDecoder(types);
    }

    public static AbiDecoder ofParameters(List<AbiParameter> parameters) {
        return of(parameters.stream().map(AbiParameter::type).toList());
    }

    public int parameterCount() {
        return nodes.length;
    }

    /** True when the bytes hold a value for every parameter; trailing bytes are ignored. */
    public boolean accepts(byte[] data, int offset, int length) {
        if (length > LENGTH_MAX - offset) {
            return false;
        }
        int end = offset + length;
        if (staticBytes >= 0) {
            if (length < staticBytes) {
                return false;
            }
            for (int i : unproved) {
                if (nodes[i].check(data, end, offset, offset + heads[i], 0, Long.MAX_VALUE) < 0) {
                    return false;
                }
            }
            return true;
        }
        long budget = BUDGET_WORDS + 4L * (length / DecodeNode.WORD);
        for (int i = 0; i < nodes.length && budget >= 0; i++) {
            budget = nodes[i].check(data, end, offset, offset + heads[i], 0, budget);
        }
        return budget >= 0;
    }

    /** Writes one parameter of data that {@link #accepts}. */
    public void write(int parameter, byte[] data, int offset, AbiSink sink) {
        nodes[parameter].write(data, offset, offset + heads[parameter], sink);
    }
}
