package io.amp.evm.abi;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decoding to and encoding from plain objects, for callers with few values: {@code bool} is a {@link Boolean}, every integer a
 * {@link BigInteger}, {@code string} a {@link String}, address and bytes a {@code byte[]}, arrays and tuples a {@link List}.
 */
public final class AbiObjects {
    private AbiObjects() {}

    /**
     * The fields of a log in the order of {@link LogDecoder#fields}; null where a field is not readable.
     *
     * @param topics those after the event hash, null where missing
     */
    public static List<@Nullable Object> decodeLog(
            AbiEvent event, List<byte @Nullable []> topics, byte @Nullable [] data) {
        LogDecoder decoder = LogDecoder.of(event);
        var values = new ArrayList<@Nullable Object>();
        boolean readable = data != null && decoder.acceptsData(data, 0, data.length);
        for (int field = 0; field < decoder.fields().size(); field++) {
            var sink = new ObjectSink(decoder.fields().get(field).type());
            if (field < decoder.topicFieldCount()) {
                byte @Nullable [] topic = field < topics.size() ? topics.get(field) : null;
                if (topic != null && topic.length == Word.BYTES) {
                    decoder.writeTopic(field, topic, 0, sink);
                }
            } else if (data != null && readable) {
                decoder.writeData(field, data, 0, sink);
            }
            values.add(sink.count() == 0 ? null : sink.value(0));
        }
        return values;
    }

    /** The arguments of a call; null when the input is not a readable call of the function. */
    public static @Nullable List<@Nullable Object> decodeCall(AbiFunction function, byte[] input) {
        CallDecoder decoder = CallDecoder.of(function);
        if (!decoder.accepts(input, 0, input.length)) {
            return null;
        }
        var values = new ArrayList<@Nullable Object>();
        for (int field = 0; field < decoder.fields().size(); field++) {
            var sink = new ObjectSink(decoder.fields().get(field).type());
            decoder.write(field, input, 0, sink);
            values.add(sink.value(0));
        }
        return values;
    }

    /** The values of a parameter list, such as a call's results; null when they are not readable. */
    public static @Nullable List<@Nullable Object> decode(List<AbiType> types, byte[] data) {
        AbiDecoder decoder = AbiDecoder.of(types);
        if (!decoder.accepts(data, 0, data.length)) {
            return null;
        }
        var values = new ArrayList<@Nullable Object>();
        for (int parameter = 0; parameter < types.size(); parameter++) {
            var sink = new ObjectSink(ValueType.of(types.get(parameter)));
            decoder.write(parameter, data, 0, sink);
            values.add(sink.value(0));
        }
        return values;
    }

    /**
     * Encodes values as a parameter list.
     *
     * @throws AbiException when a value does not fit its type
     */
    public static byte[] encode(List<AbiType> types, List<?> values) {
        var components = new ArrayList<AbiParameter>();
        for (int i = 0; i < types.size(); i++) {
            components.add(new AbiParameter("c" + i, types.get(i), false));
        }
        if (types.isEmpty()) {
            return new byte[0];
        }
        var tuple = new AbiType.Tuple(components);
        byte[] encoded = encodeValue(tuple, values);
        // A dynamic tuple stands behind an offset; a parameter list does not.
        return tuple.isDynamic() ? Arrays.copyOfRange(encoded, Word.BYTES, encoded.length) : encoded;
    }

    /**
     * Encodes one value as {@code abi.encode} does it.
     *
     * @throws AbiException when the value does not fit the type
     */
    public static byte[] encodeValue(AbiType type, Object value) {
        ValueType from = sourceType(type);
        var out = new AbiWriter();
        AbiEncoder.ofValue(type, from).encode(List.of(new ObjectSource(from, List.of(value))), 0, out);
        return out.toByteArray();
    }

    /** Integers of every width come as 256-bit decimals or, where that is not enough, as text. */
    private static ValueType sourceType(AbiType type) {
        return switch (type) {
            case AbiType.Int integer ->
                integer.bits() == 256 ? new ValueType.Text() : new ValueType.Decimal(256, 76, 0);
            case AbiType.DynamicArray array -> new ValueType.Items(sourceType(array.element()));
            case AbiType.FixedArray array -> new ValueType.Items(sourceType(array.element()));
            case AbiType.Tuple tuple ->
                new ValueType.Struct(tuple.components().stream()
                        .map(component -> new ValueType.Field(component.name(), sourceType(component.type())))
                        .toList());
            case AbiType.FixedBytes ignored -> new ValueType.Binary();
            case AbiType.Address ignored -> new ValueType.Binary();
            default -> ValueType.of(type);
        };
    }

    private static final class ObjectSink implements AbiSink {
        private final ValueType type;
        private final List<ObjectSink> children = new ArrayList<>();
        private final List<@Nullable Object> values = new ArrayList<>();

        ObjectSink(ValueType type) {
            this.type = type;
            switch (type) {
                case ValueType.Items items -> children.add(new ObjectSink(items.element()));
                case ValueType.FixedItems items -> children.add(new ObjectSink(items.element()));
                case ValueType.Struct struct ->
                    struct.fields().forEach(field -> children.add(new ObjectSink(field.type())));
                default -> {}
            }
        }

        /** Elements of a list: a slice of child 0. */
        private record Span(int start, int size) {}

        /** Fields of a struct: one row of every child. */
        private record Row(int index) {}

        int count() {
            return values.size();
        }

        @Nullable
        Object value(int index) {
            Object value = values.get(index);
            var parts = new ArrayList<@Nullable Object>();
            if (value instanceof Span span) {
                for (int i = 0; i < span.size; i++) {
                    parts.add(children.getFirst().value(span.start + i));
                }
                return parts;
            }
            if (value instanceof Row row) {
                children.forEach(child -> parts.add(child.value(row.index)));
                return parts;
            }
            return value;
        }

        @Override
        public void nullValue() {
            values.add(null);
        }

        @Override
        public void bool(boolean value) {
            values.add(value);
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            values.add(Word.toBigInteger(array, offset, signed));
        }

        @Override
        public void bytes(byte[] array, int offset, int length) {
            values.add(
                    type instanceof ValueType.Text
                            ? new String(array, offset, length, StandardCharsets.UTF_8)
                            : Arrays.copyOfRange(array, offset, offset + length));
        }

        @Override
        public void list(int size) {
            values.add(new Span(children.getFirst().count(), size));
        }

        @Override
        public void group() {
            values.add(
                    type instanceof ValueType.FixedItems items
                            ? new Span(children.getFirst().count(), items.size())
                            : new Row(children.getFirst().count()));
        }

        @Override
        public AbiSink child(int index) {
            return children.get(index);
        }
    }

    /** A column of objects; the elements of its lists follow each other in child 0. */
    private static final class ObjectSource implements AbiSource {
        private final List<?> values;
        private final List<ObjectSource> children = new ArrayList<>();
        private final List<Integer> starts = new ArrayList<>();

        ObjectSource(ValueType type, List<?> values) {
            this.values = values;
            switch (type) {
                case ValueType.Items items -> {
                    var elements = new ArrayList<@Nullable Object>();
                    for (Object value : values) {
                        starts.add(elements.size());
                        elements.addAll(value instanceof List<?> list ? list : List.of());
                    }
                    children.add(new ObjectSource(items.element(), elements));
                }
                case ValueType.Struct struct -> {
                    for (int field = 0; field < struct.fields().size(); field++) {
                        var members = new ArrayList<@Nullable Object>();
                        for (Object value : values) {
                            members.add(value instanceof List<?> list ? list.get(field) : null);
                        }
                        children.add(new ObjectSource(struct.fields().get(field).type(), members));
                    }
                }
                default -> {}
            }
        }

        @Override
        public boolean isNull(int row) {
            return values.get(row) == null;
        }

        @Override
        public long integer(int row) {
            return (Boolean) values.get(row) ? 1 : 0;
        }

        @Override
        public void word(int row, byte[] to, int at) {
            Word.write((BigInteger) values.get(row), to, at);
        }

        @Override
        public int length(int row) {
            return octets(row).length;
        }

        @Override
        public void copy(int row, byte[] to, int at) {
            byte[] octets = octets(row);
            System.arraycopy(octets, 0, to, at, octets.length);
        }

        private byte[] octets(int row) {
            Object value = values.get(row);
            return value instanceof byte[] bytes ? bytes : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int firstElement(int row) {
            return starts.get(row);
        }

        @Override
        public int elementCount(int row) {
            return ((List<?>) values.get(row)).size();
        }

        @Override
        public AbiSource child(int index) {
            return children.get(index);
        }
    }
}
