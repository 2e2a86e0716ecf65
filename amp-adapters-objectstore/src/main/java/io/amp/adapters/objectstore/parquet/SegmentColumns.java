package io.amp.adapters.objectstore.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Builds the columns of one file, and decides which of them have a Bloom filter. */
final class SegmentColumns {
    private static final double BLOOM_FALSE_POSITIVES = 0.05;
    private static final int ADDRESS_BYTES = 20;
    private static final int HASH_BYTES = 32;
    /** Values of hash size that nobody looks up: a filter would be paid for and never used. */
    private static final Set<String> NEVER_LOOKED_UP =
            Set.of("r", "s", "state_root", "transactions_root", "receipt_root");

    private final MessageType type;
    private final SegmentFormat format;
    private final List<ColumnNode> columns = new ArrayList<>();
    private final List<ColumnChunkWriter> leaves = new ArrayList<>();

    SegmentColumns(Schema schema, MessageType type, SegmentFormat format) {
        this.type = type;
        this.format = format;
        for (Field field : schema.getFields()) {
            columns.add(node(field, List.of(), 0));
        }
        columns.forEach(column -> column.forEachLeaf(leaves::add));
    }

    /** In the order of the schema. */
    List<ColumnNode> columns() {
        return columns;
    }

    List<ColumnChunkWriter> leaves() {
        return leaves;
    }

    private ColumnNode node(Field field, List<String> parents, int depth) {
        List<String> path = append(parents, field.getName());
        boolean nullable = field.isNullable();
        return switch (field.getType().getTypeID()) {
            case Struct ->
                ColumnNode.struct(
                        field.getName(),
                        nullable,
                        field.getChildren().stream()
                                .map(child -> node(child, path, depth))
                                .toList());
            case List, LargeList, FixedSizeList ->
                ColumnNode.list(
                        field.getName(), nullable, depth + 1, node(child(field), append(path, "list"), depth + 1));
            case Map -> ColumnNode.list(field.getName(), nullable, depth + 1, entries(child(field), path, depth + 1));
            default -> ColumnNode.leaf(field.getName(), nullable, leaf(field, path));
        };
    }

    /** The entries of a map: in Parquet the repeated group is the entry itself. */
    private ColumnNode entries(Field field, List<String> parents, int depth) {
        List<String> path = append(parents, "key_value");
        return ColumnNode.struct(
                field.getName(),
                false,
                field.getChildren().stream()
                        .map(child -> node(child, path, depth))
                        .toList());
    }

    private static Field child(Field field) {
        return field.getChildren().getFirst();
    }

    private static List<String> append(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return longer;
    }

    private ColumnChunkWriter leaf(Field field, List<String> path) {
        ColumnDescriptor column = type.getColumnDescription(path.toArray(String[]::new));
        BloomFilterBuilder bloom = wantsBloom(field.getType(), path)
                ? new BloomFilterBuilder(format.rowGroupRows(), BLOOM_FALSE_POSITIVES)
                : null;
        return new ColumnChunkWriter(column, encoder(field, column, bloom), bloom, format);
    }

    private boolean wantsBloom(ArrowType arrow, List<String> path) {
        if (format.bloomOnAllColumns()) {
            return !(arrow instanceof ArrowType.Bool);
        }
        return path.size() == 1
                && arrow instanceof ArrowType.FixedSizeBinary bytes
                && (bytes.getByteWidth() == ADDRESS_BYTES || bytes.getByteWidth() == HASH_BYTES)
                && !NEVER_LOOKED_UP.contains(path.getFirst());
    }

    private static ValueEncoder encoder(Field field, ColumnDescriptor column, @Nullable BloomFilterBuilder bloom) {
        ArrowType arrow = field.getType();
        boolean unsigned = arrow instanceof ArrowType.Int number && !number.getIsSigned();
        MinMax minMax = MinMax.of(column.getPrimitiveType(), unsigned);
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> new BooleanEncoder(minMax);
            case BINARY -> new VariableWidthEncoder(minMax, bloom, new ValueDictionary(4));
            case INT32 -> int32(arrow, minMax, bloom);
            case INT64 ->
                fixed(
                        8,
                        arrow instanceof ArrowType.Timestamp time && time.getUnit() == TimeUnit.SECOND
                                ? FixedWidthEncoder.Form.SECONDS_TO_MILLIS
                                : FixedWidthEncoder.Form.SAME,
                        minMax,
                        bloom);
            case FLOAT -> fixed(4, FixedWidthEncoder.Form.SAME, minMax, bloom);
            case DOUBLE -> fixed(8, FixedWidthEncoder.Form.SAME, minMax, bloom);
            case FIXED_LEN_BYTE_ARRAY ->
                fixed(
                        column.getPrimitiveType().getTypeLength(),
                        arrow instanceof ArrowType.Decimal
                                ? FixedWidthEncoder.Form.REVERSED
                                : FixedWidthEncoder.Form.SAME,
                        minMax,
                        bloom);
            case INT96 -> throw ParquetTypes.unsupported(field);
        };
    }

    private static ValueEncoder int32(ArrowType arrow, MinMax minMax, @Nullable BloomFilterBuilder bloom) {
        int bits = arrow instanceof ArrowType.Int number ? number.getBitWidth() : 32;
        boolean signed = !(arrow instanceof ArrowType.Int number) || number.getIsSigned();
        FixedWidthEncoder.Form form = switch (bits) {
            case 8 -> signed ? FixedWidthEncoder.Form.SIGNED_1_TO_4 : FixedWidthEncoder.Form.UNSIGNED_1_TO_4;
            case 16 -> signed ? FixedWidthEncoder.Form.SIGNED_2_TO_4 : FixedWidthEncoder.Form.UNSIGNED_2_TO_4;
            default -> FixedWidthEncoder.Form.SAME;
        };
        return new FixedWidthEncoder(bits / 8, 4, form, minMax, bloom, new ValueDictionary(0));
    }

    private static ValueEncoder fixed(
            int width, FixedWidthEncoder.Form form, MinMax minMax, @Nullable BloomFilterBuilder bloom) {
        return new FixedWidthEncoder(width, width, form, minMax, bloom, new ValueDictionary(0));
    }
}
