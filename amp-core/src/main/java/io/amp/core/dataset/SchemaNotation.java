package io.amp.core.dataset;

import io.amp.ports.batch.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The compact column notation of the datasets specification, appendix A: {@code name:Type} separated by white space, {@code ?} for
 * nullable, {@code [T]} for a list of items, {@code {a:T,b:T}} for a struct.
 */
final class SchemaNotation {
    private final String text;
    private int position;

    private SchemaNotation(String text) {
        this.text = text;
    }

    static TableSchema parse(String text) {
        var notation = new SchemaNotation(text.strip());
        List<Field> fields = new ArrayList<>();
        while (notation.position < notation.text.length()) {
            fields.add(notation.field());
            notation.skipSpace();
        }
        return TableSchema.of(fields);
    }

    private Field field() {
        int colon = text.indexOf(':', position);
        String name = text.substring(position, colon);
        position = colon + 1;
        return type(name);
    }

    private Field type(String name) {
        ArrowType type;
        List<Field> children = List.of();
        if (take('[')) {
            children = List.of(type("item"));
            expect(']');
            type = ArrowType.List.INSTANCE;
        } else if (take('{')) {
            children = new ArrayList<>();
            do {
                children.add(field());
            } while (take(','));
            expect('}');
            type = ArrowType.Struct.INSTANCE;
        } else {
            type = named(word());
        }
        boolean nullable = take('?');
        return new Field(name, new FieldType(nullable, type, null), children);
    }

    private static ArrowType named(String word) {
        return switch (word) {
            case "U8" -> new ArrowType.Int(8, false);
            case "U32" -> new ArrowType.Int(32, false);
            case "U64" -> new ArrowType.Int(64, false);
            case "I32" -> new ArrowType.Int(32, true);
            case "I64" -> new ArrowType.Int(64, true);
            case "Str" -> ArrowType.Utf8.INSTANCE;
            case "Bin" -> ArrowType.Binary.INSTANCE;
            case "Bool" -> ArrowType.Bool.INSTANCE;
            case "TS" -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
            case "D38" -> new ArrowType.Decimal(38, 0, 128);
            case "B20", "B32", "B96" -> new ArrowType.FixedSizeBinary(Integer.parseInt(word.substring(1)));
            default -> throw new IllegalArgumentException("unknown type in the notation: " + word);
        };
    }

    private String word() {
        int start = position;
        while (position < text.length() && Character.isLetterOrDigit(text.charAt(position))) {
            position++;
        }
        return text.substring(start, position);
    }

    private boolean take(char c) {
        if (position < text.length() && text.charAt(position) == c) {
            position++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw new IllegalArgumentException("expected '" + c + "' at " + position + " in: " + text);
        }
    }

    private void skipSpace() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }
}
