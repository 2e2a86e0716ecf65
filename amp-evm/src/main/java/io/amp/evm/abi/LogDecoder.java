package io.amp.evm.abi;

import java.util.ArrayList;
import java.util.List;

/**
 * Decoder of an event's logs: one field per parameter, the indexed ones first. An indexed field comes from a topic and stands for itself;
 * all other fields come from the data and are readable together or not at all. Immutable and thread-safe.
 */
public final class LogDecoder {
    private final List<ValueType.Field> fields;

    /** By indexed field. */
    private final List<DecodeNode> topics;

    private final AbiDecoder body;

    private LogDecoder(AbiEvent event) {
        var indexed = event.parameters().stream().filter(AbiParameter::indexed).toList();
        var others = event.parameters().stream().filter(p -> !p.indexed()).toList();
        var topics = new ArrayList<DecodeNode>();
        var fields = new ArrayList<ValueType.Field>();
        for (AbiParameter parameter : indexed) {
            AbiType stored = isHashed(parameter.type()) ? new AbiType.FixedBytes(32) : parameter.type();
            topics.add(DecodeNode.of(stored));
            fields.add(new ValueType.Field(parameter.name(), ValueType.of(stored)));
        }
        fields.addAll(ValueType.struct(others).fields());
        this.topics = List.copyOf(topics);
        this.fields = List.copyOf(fields);
        this.body = AbiDecoder.ofParameters(others);
    }

    /** @throws AbiException for a type without column type */
    public static LogDecoder of(AbiEvent event) {
        return new LogDecoder(event);
    }

    private static boolean isHashed(AbiType type) {
        return switch (type) {
            case AbiType.Bytes ignored -> true;
            case AbiType.Text ignored -> true;
            case AbiType.DynamicArray ignored -> true;
            case AbiType.FixedArray ignored -> true;
            case AbiType.Tuple ignored -> true;
            default -> false;
        };
    }

    /** Result fields: indexed parameters in declared order, then the others. Empty for an event without parameters. */
    public List<ValueType.Field> fields() {
        return fields;
    }

    /** Fields 0 to this number come from topics: field k from {@code topic<k+1>}. */
    public int topicFieldCount() {
        return topics.size();
    }

    /** Writes an indexed field from its topic of 32 bytes; NULL when the value does not fit the field. */
    public void writeTopic(int field, byte[] topic, int offset, AbiSink sink) {
        DecodeNode node = topics.get(field);
        if (node.check(topic, offset + Word.BYTES, offset, offset, 0, Long.MAX_VALUE) < 0) {
            sink.nullValue();
        } else {
            node.write(topic, offset, offset, sink);
        }
    }

    /** True when the data holds all fields that are not indexed; always true when there are none. */
    public boolean acceptsData(byte[] data, int offset, int length) {
        return body.accepts(data, offset, length);
    }

    /** Writes a field that is not indexed from data that is {@linkplain #acceptsData accepted}. */
    public void writeData(int field, byte[] data, int offset, AbiSink sink) {
        body.write(field - topics.size(), data, offset, sink);
    }
}
