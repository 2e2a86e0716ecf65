package io.amp.adapters.objectstore.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.batch.TableSchema;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Random schemas, and random rows of them in the form of the test data. */
final class RandomRows {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Random random;

    RandomRows(long seed) {
        this.random = new Random(seed);
    }

    TableSchema schema() {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("_block_num", FieldType.notNullable(new ArrowType.Int(64, false)), null));
        int columns = 1 + random.nextInt(12);
        for (int i = 0; i < columns; i++) {
            fields.add(field("c" + i, 3));
        }
        return TableSchema.of(fields);
    }

    private Field field(String name, int depth) {
        boolean nullable = random.nextBoolean();
        int kind = random.nextInt(depth > 0 ? 13 : 10);
        return switch (kind) {
            case 10, 11 -> {
                Field item = field("item", depth - 1);
                yield new Field(name, new FieldType(nullable, new ArrowType.List(), null), List.of(item));
            }
            case 12 -> {
                List<Field> children = new ArrayList<>();
                int count = 1 + random.nextInt(3);
                for (int i = 0; i < count; i++) {
                    children.add(field("f" + i, depth - 1));
                }
                yield new Field(name, new FieldType(nullable, new ArrowType.Struct(), null), children);
            }
            default -> new Field(name, new FieldType(nullable, leaf(kind), null), null);
        };
    }

    private static ArrowType leaf(int kind) {
        return switch (kind) {
            case 0 -> new ArrowType.Int(64, false);
            case 1 -> new ArrowType.Int(32, false);
            case 2 -> new ArrowType.Int(32, true);
            case 3 -> new ArrowType.Int(64, true);
            case 4 -> new ArrowType.Bool();
            case 5 -> new ArrowType.Decimal(38, 0, 128);
            case 6 -> new ArrowType.Utf8();
            case 7 -> new ArrowType.Binary();
            case 8 -> new ArrowType.FixedSizeBinary(32);
            case 9 -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
            default -> throw new IllegalArgumentException("kind " + kind);
        };
    }

    /** Values of one column are few or many, by chance, so that dictionaries are kept and given up. */
    List<ObjectNode> rows(TableSchema schema, int count) {
        int variety = random.nextBoolean() ? 20 : 1_000_000;
        List<ObjectNode> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode row = JSON.objectNode();
            for (Field field : schema.fields()) {
                row.set(field.getName(), value(field, new Random(random.nextInt(variety))));
            }
            rows.add(row);
        }
        return rows;
    }

    private static JsonNode value(Field field, Random source) {
        if (field.isNullable() && source.nextInt(4) == 0) {
            return JSON.nullNode();
        }
        return switch (field.getType().getTypeID()) {
            case Int -> {
                ArrowType.Int type = (ArrowType.Int) field.getType();
                BigInteger bits = new BigInteger(type.getBitWidth(), source).shiftRight(source.nextInt(8) * 8);
                yield JSON.numberNode(
                        type.getIsSigned()
                                ? BigInteger.valueOf(type.getBitWidth() == 64 ? bits.longValue() : bits.intValue())
                                : bits);
            }
            case Bool -> JSON.booleanNode(source.nextBoolean());
            case Decimal -> {
                BigInteger bound = BigInteger.TEN.pow(1 + source.nextInt(38));
                BigInteger number = new BigInteger(130, source).mod(bound);
                yield JSON.textNode((source.nextBoolean() ? number : number.negate()).toString());
            }
            case Utf8 -> JSON.textNode("ü%x".formatted(source.nextInt()).repeat(source.nextInt(30)));
            case Binary -> JSON.textNode(hex(source, source.nextInt(300)));
            case FixedSizeBinary -> JSON.textNode(hex(source, 32));
            case Timestamp ->
                JSON.textNode(Instant.ofEpochSecond(source.nextInt(2_000_000_000), source.nextInt(1_000_000_000))
                        .toString());
            case List -> {
                ArrayNode list = JSON.arrayNode();
                int count = source.nextInt(4);
                for (int i = 0; i < count; i++) {
                    list.add(value(field.getChildren().getFirst(), source));
                }
                yield list;
            }
            case Struct -> {
                ObjectNode struct = JSON.objectNode();
                field.getChildren().forEach(child -> struct.set(child.getName(), value(child, source)));
                yield struct;
            }
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private static String hex(Random source, int length) {
        byte[] bytes = new byte[length];
        source.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
