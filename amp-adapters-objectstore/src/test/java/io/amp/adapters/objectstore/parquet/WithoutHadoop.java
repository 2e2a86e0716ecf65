package io.amp.adapters.objectstore.parquet;

import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.chain.ArrowRows;
import io.amp.testkit.chain.ChainData;
import io.amp.testkit.chain.EvmTables;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Writes and inspects segments in a process that has no Hadoop class. */
final class WithoutHadoop {
    private WithoutHadoop() {}

    public static void main(String[] arguments) {
        try {
            Class.forName("org.apache.hadoop.conf.Configuration");
            throw new IllegalStateException("Hadoop is on the class path");
        } catch (ClassNotFoundException expected) {
            System.out.println("no Hadoop");
        }
        Path directory = Path.of(arguments[0]);
        Map<String, TableSchema> tables =
                Map.of("blocks", EvmTables.BLOCKS, "transactions", EvmTables.TRANSACTIONS, "logs", EvmTables.LOGS);
        try (SegmentFixture fixture = new SegmentFixture(directory);
                BufferAllocator allocator = new RootAllocator()) {
            int number = 0;
            for (String compression : List.of("zstd", "lz4", "gzip", "snappy", "brotli", "uncompressed")) {
                SegmentFormat format = SegmentFormat.defaults().with(Compression.parse(compression));
                for (Map.Entry<String, TableSchema> table : tables.entrySet()) {
                    try (RecordBatch batch = ArrowRows.batch(
                            allocator, table.getValue().arrow(), ChainData.MAINNET_15000000.expected(table.getKey()))) {
                        String name = "%09d-0000000000000001.parquet".formatted(number++);
                        WrittenSegment written = fixture.write(format, table.getValue(), name, List.of(batch));
                        long rows = fixture.store(format)
                                .inspect(SegmentFixture.REVISION, name)
                                .rowCount();
                        if (rows != written.rowCount()) {
                            throw new IllegalStateException(rows + " rows instead of " + written.rowCount());
                        }
                    }
                }
            }
            System.out.println(number + " files");
        }
    }
}
