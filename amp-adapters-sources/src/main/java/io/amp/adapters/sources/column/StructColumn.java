package io.amp.adapters.sources.column;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Structs without nulls; their values are written to the fields' columns under the same row number. */
public final class StructColumn extends Column {
    private final List<Column> fields;
    private final Validity validity = new Validity(false);

    public StructColumn(String name, List<Column> fields) {
        super(name, false);
        this.fields = List.copyOf(fields);
    }

    @Override
    boolean hasTypeOf(Field field) {
        List<Field> children = field.getChildren();
        if (!(field.getType() instanceof ArrowType.Struct) || children.size() != fields.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).matches(children.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    void ensure(int rows) {
        validity.ensure(rows);
        fields.forEach(field -> field.ensure(rows));
    }

    @Override
    long arenaBytes(int rows) {
        long bytes = Arena.aligned(Validity.bytes(rows));
        for (Column field : fields) {
            bytes += field.arenaBytes(rows);
        }
        return bytes;
    }

    @Override
    void load(FieldVector vector, int rows, Arena arena) {
        vector.loadFieldBuffers(validity.node(rows), List.of(validity.copy(rows, arena)));
        List<FieldVector> children = vector.getChildrenFromFields();
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).load(children.get(i), rows, arena);
        }
    }

    @Override
    void reorder(int[] order) {
        fields.forEach(field -> field.reorder(order));
    }
}
