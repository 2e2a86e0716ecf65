package io.amp.evm.abi;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A column of JSON values in the notation of the vectors, with its type read from text such as {@code List<Int64>}. */
final class JsonColumn implements AbiSource {
    private final ValueType type;
    private final List<JsonNode> values;
    private final List<JsonColumn> children = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();

    JsonColumn(ValueType type, List<JsonNode> values) {
        this.type = type;
        this.values = values;
        switch (type) {
            case ValueType.Items items -> addElements(items.element());
            case ValueType.FixedItems items -> addElements(items.element());
            case ValueType.Struct struct -> {
                for (int field = 0; field < struct.fields().size(); field++) {
                    var members = new ArrayList<JsonNode>();
                    for (JsonNode value : values) {
                        members.add(value.path(field));
                    }
                    children.add(new JsonColumn(struct.fields().get(field).type(), members));
                }
            }
            default -> {}
        }
    }

    private void addElements(ValueType element) {
        var elements = new ArrayList<JsonNode>();
        for (JsonNode value : values) {
            starts.add(elements.size());
            value.forEach(elements::add);
        }
        children.add(new JsonColumn(element, elements));
    }

    /** Reads a type as the vectors spell it. */
    static ValueType type(String text) {
        int open = text.indexOf('<');
        if (open >= 0) {
            List<String> arguments = split(text.substring(open + 1, text.length() - 1));
            return switch (text.substring(0, open)) {
                case "List" -> new ValueType.Items(type(arguments.getFirst()));
                case "FixedSizeList" ->
                    new ValueType.FixedItems(type(arguments.getFirst()), Integer.parseInt(arguments.get(1)));
                case "Struct" ->
                    new ValueType.Struct(arguments.stream()
                            .map(argument -> new ValueType.Field("", type(argument)))
                            .toList());
                default -> throw new IllegalArgumentException(text);
            };
        }
        int paren = text.indexOf('(');
        String name = paren < 0 ? text : text.substring(0, paren);
        String[] numbers = paren < 0
                ? new String[0]
                : text.substring(paren + 1, text.length() - 1).split(",");
        return switch (name) {
            case "Boolean" -> new ValueType.Bool();
            case "Int8", "Int16", "Int32", "Int64" -> new ValueType.Int(Integer.parseInt(name.substring(3)), true);
            case "UInt8", "UInt16", "UInt32", "UInt64" -> new ValueType.Int(Integer.parseInt(name.substring(4)), false);
            case "Decimal" -> {
                int precision = Integer.parseInt(numbers[0]);
                yield new ValueType.Decimal(precision > 38 ? 256 : 128, precision, Integer.parseInt(numbers[1]));
            }
            case "Utf8" -> new ValueType.Text();
            case "Binary" -> new ValueType.Binary();
            case "FixedSizeBinary" -> new ValueType.FixedBinary(Integer.parseInt(numbers[0]));
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '<' || c == '(' ? 1 : c == '>' || c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(text.substring(start, at));
                start = at + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private byte[] octets(int row) {
        String text = values.get(row).textValue();
        return type instanceof ValueType.Text ? text.getBytes(StandardCharsets.UTF_8) : Vectors.hex(text);
    }

    @Override
    public boolean isNull(int row) {
        return values.get(row).isNull();
    }

    @Override
    public long integer(int row) {
        JsonNode value = values.get(row);
        return value.isBoolean()
                ? (value.booleanValue() ? 1 : 0)
                : value.bigIntegerValue().longValue();
    }

    @Override
    public void word(int row, byte[] to, int at) {
        Word.write(new BigInteger(values.get(row).asText()), to, at);
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

    @Override
    public int firstElement(int row) {
        return starts.get(row);
    }

    @Override
    public int elementCount(int row) {
        return values.get(row).size();
    }

    @Override
    public AbiSource child(int index) {
        return children.get(index);
    }
}
