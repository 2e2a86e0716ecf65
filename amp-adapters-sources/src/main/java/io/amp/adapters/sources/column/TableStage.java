package io.amp.adapters.sources.column;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Rows of one table under construction. Belongs to one thread; used again after {@link #clear}. */
public final class TableStage {
    private final List<Column> columns;
    private int rows;
    private int capacity;

    /** @param columns in the order of the table's schema */
    public TableStage(List<? extends Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** @throws IllegalArgumentException naming the first column that differs */
    public void checkSchema(String table, TableSchema schema) {
        List<Field> fields = schema.fields();
        for (int i = 0; i < Math.max(fields.size(), columns.size()); i++) {
            if (i >= fields.size() || i >= columns.size() || !columns.get(i).matches(fields.get(i))) {
                throw new IllegalArgumentException("table " + table + ": column " + i + " is "
                        + (i < fields.size() ? fields.get(i) : "missing") + ", expected "
                        + (i < columns.size() ? columns.get(i).name() : "none"));
            }
        }
    }

    public void clear() {
        rows = 0;
    }

    public int rows() {
        return rows;
    }

    /** A new last row; every column must then be written. */
    public int addRow() {
        if (rows == capacity) {
            capacity = Math.max(64, 2 * capacity);
            columns.forEach(column -> column.ensure(capacity));
        }
        return rows++;
    }

    /** Drops rows from the end. */
    public void truncate(int rowsKept) {
        rows = Math.min(rows, rowsKept);
    }

    /** Row {@code i} becomes what row {@code order[i]} was. */
    public void reorder(int[] order) {
        columns.forEach(column -> column.reorder(order));
    }

    /** A batch with a copy of the rows, owned by the caller: one allocation, whatever the number of columns. */
    public RecordBatch toBatch(TableSchema schema, BufferAllocator allocator) {
        long bytes = 0;
        for (Column column : columns) {
            bytes += column.arenaBytes(rows);
        }
        VectorSchemaRoot root = VectorSchemaRoot.create(schema.arrow(), allocator);
        try (Arena arena = new Arena(allocator, bytes)) {
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).load(root.getVector(i), rows, arena);
            }
            root.setRowCount(rows);
            return new RecordBatch(root);
        } catch (RuntimeException | Error e) {
            root.close();
            throw e;
        }
    }
}
