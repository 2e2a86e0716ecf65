package io.amp.adapters.sources.column;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Lists. Rows are written in order: {@link #begin}, {@link #addItem} for each item, {@link #end}; the last row may be begun again. */
public final class ListColumn extends Column {
    private final Column item;
    private final Validity validity;
    private final Offsets offsets = new Offsets();
    private int items;

    public ListColumn(String name, Column item, boolean nullable) {
        super(name, nullable);
        this.item = item;
        this.validity = new Validity(nullable);
    }

    public void begin(int row) {
        items = offsets.start(row);
    }

    /** Row number of the new item in the item column. */
    public int addItem() {
        item.ensure(items + 1);
        return items++;
    }

    public void end(int row) {
        validity.set(row);
        offsets.setEnd(row, items);
    }

    public void setNull(int row) {
        begin(row);
        validity.setNull(row);
        offsets.setEnd(row, items);
    }

    @Override
    boolean hasTypeOf(Field field) {
        return field.getType() instanceof ArrowType.List
                && item.matches(field.getChildren().getFirst());
    }

    @Override
    void ensure(int rows) {
        validity.ensure(rows);
        offsets.ensure(rows);
    }

    @Override
    long arenaBytes(int rows) {
        return Arena.aligned(Validity.bytes(rows))
                + Arena.aligned(Offsets.bytes(rows))
                + item.arenaBytes(offsets.start(rows));
    }

    @Override
    void load(FieldVector vector, int rows, Arena arena) {
        vector.loadFieldBuffers(validity.node(rows), List.of(validity.copy(rows, arena), offsets.copy(rows, arena)));
        item.load(((ListVector) vector).getDataVector(), offsets.start(rows), arena);
    }

    @Override
    void reorder(int[] order) {
        throw new UnsupportedOperationException("lists are not reordered");
    }
}
