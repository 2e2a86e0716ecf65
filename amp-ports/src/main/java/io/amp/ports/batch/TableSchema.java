package io.amp.ports.batch;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Columns of a table or result, in order, as an Arrow schema without schema metadata. */
public record TableSchema(Schema arrow) {
    public static TableSchema of(List<Field> fields) {
        return new TableSchema(new Schema(fields));
    }

    public List<Field> fields() {
        return arrow.getFields();
    }
}
