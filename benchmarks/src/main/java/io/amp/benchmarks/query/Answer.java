package io.amp.benchmarks.query;

import java.util.Arrays;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What is compared of two answers, whatever the order of their rows.
 *
 * @param checksum over every value of the first thousand rows, when there are no more; else 0
 */
record Answer(long rows, long checksum) {
    private static final int CHECKED_ROWS_MAX = 1000;

    static final class Builder {
        private long rows;
        private long checksum;

        void add(VectorSchemaRoot batch) {
            rows += batch.getRowCount();
            if (rows <= CHECKED_ROWS_MAX) {
                for (int row = 0; row < batch.getRowCount(); row++) {
                    long hash = 17;
                    for (FieldVector vector : batch.getFieldVectors()) {
                        Object value = vector.getObject(row);
                        hash = hash * 31
                                + (value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value));
                    }
                    checksum += hash;
                }
            }
        }

        Answer build() {
            return new Answer(rows, rows <= CHECKED_ROWS_MAX ? checksum : 0);
        }
    }
}
