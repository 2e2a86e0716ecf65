package io.amp.adapters.objectstore.parquet;

import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.jspecify.annotations.Nullable;

/** One leaf column: its levels and values as pages, row group after row group. A page ends at a row. */
final class ColumnChunkWriter {
    /** Rows taken at a time, so that page limits hold without a look at every value. */
    private static final int SLICE_ROWS = 1024;

    private final ColumnDescriptor column;
    private final ValueEncoder values;
    private final @Nullable BloomFilterBuilder bloom;
    private final Levels definitions;
    private final Levels repetitions;
    private final int pageRowsMax;
    private final int pageBytesMax;
    private int pageRows;
    private @Nullable PageWriter pages;

    ColumnChunkWriter(
            ColumnDescriptor column, ValueEncoder values, @Nullable BloomFilterBuilder bloom, SegmentFormat format) {
        this.column = column;
        this.values = values;
        this.bloom = bloom;
        this.definitions = new Levels(column.getMaxDefinitionLevel());
        this.repetitions = new Levels(column.getMaxRepetitionLevel());
        this.pageRowsMax = format.pageRows();
        this.pageBytesMax = format.pageBytes();
    }

    ColumnDescriptor column() {
        return column;
    }

    void startRowGroup(PageWriter target) {
        pages = target;
        values.startRowGroup();
    }

    /** Raw bytes of the page in progress, not yet with the page writer. */
    long openBytes() {
        return values.openBytes() + definitions.count() + repetitions.count();
    }

    void bind(FieldVector vector) {
        values.bind(vector);
    }

    /** Rows of a column that is no part of a list or struct. */
    void appendFlat(FieldVector vector, int from, int count) throws IOException {
        values.bind(vector);
        boolean nullable = column.getMaxDefinitionLevel() > 0;
        boolean nulls = vector.getNullCount() > 0;
        int at = from;
        int end = from + count;
        while (at < end) {
            int rows = slice(at, end - at);
            if (nullable && nulls) {
                appendNullable(vector.getValidityBuffer(), at, rows);
            } else {
                if (nullable) {
                    definitions.addRun(1, rows);
                }
                values.add(at, rows);
            }
            at += rows;
            endRows(rows);
        }
    }

    private int slice(int from, int left) {
        int rows = Math.min(Math.min(left, SLICE_ROWS), pageRowsMax - pageRows);
        while (rows > 1 && values.bytesOf(from, rows) > pageBytesMax) {
            rows /= 2;
        }
        return rows;
    }

    private void appendNullable(ArrowBuf validity, int from, int rows) {
        int at = from;
        int end = from + rows;
        while (at < end) {
            boolean valid = isValid(validity, at);
            int next = at + 1;
            while (next < end && isValid(validity, next) == valid) {
                next++;
            }
            definitions.addRun(valid ? 1 : 0, next - at);
            if (valid) {
                values.add(at, next - at);
            }
            at = next;
        }
    }

    private static boolean isValid(ArrowBuf validity, int index) {
        return ((validity.getByte(index >> 3) >> (index & 7)) & 1) != 0;
    }

    /** An entry without a value: a null or an empty list on the way to this leaf. */
    void addMissing(int repetition, int definition) {
        addLevels(repetition, definition);
    }

    /** An entry with the value at an index of the bound vector. */
    void addValue(int repetition, int index) {
        addLevels(repetition, column.getMaxDefinitionLevel());
        values.add(index, 1);
    }

    private void addLevels(int repetition, int definition) {
        if (column.getMaxRepetitionLevel() > 0) {
            repetitions.add(repetition);
        }
        if (column.getMaxDefinitionLevel() > 0) {
            definitions.add(definition);
        }
    }

    /** Rows whose levels and values were added are complete. */
    void endRows(int rows) throws IOException {
        pageRows += rows;
        if (pageRows >= pageRowsMax || values.pageBytes() >= pageBytesMax) {
            endPage();
        }
    }

    private void endPage() throws IOException {
        Statistics<?> statistics = Statistics.createStats(column.getPrimitiveType());
        boolean nullable = column.getMaxDefinitionLevel() > 0;
        int entries = nullable ? definitions.count() : values.pageValues();
        statistics.incrementNumNulls(nullable ? definitions.belowMax() : 0);
        ValueEncoder.Page page = values.takePage(statistics);
        BytesInput body = page.body();
        if (nullable) {
            body = BytesInput.concat(definitions.take(), body);
        }
        if (column.getMaxRepetitionLevel() > 0) {
            body = BytesInput.concat(repetitions.take(), body);
        }
        pageWriter().writePage(body, entries, pageRows, statistics, Encoding.RLE, Encoding.RLE, page.encoding());
        pageRows = 0;
    }

    /** Ends the column chunk; the page writer then has all of it. @return its Bloom filter, if it has one */
    @Nullable
    BloomFilter endRowGroup() throws IOException {
        if (pageRows > 0) {
            endPage();
        }
        DictionaryPage dictionary = values.takeDictionary();
        if (dictionary != null) {
            pageWriter().writeDictionaryPage(dictionary);
        }
        pages = null;
        return bloom == null ? null : bloom.take();
    }

    private PageWriter pageWriter() {
        if (pages == null) {
            throw new IllegalStateException("no row group is open");
        }
        return pages;
    }
}
