package io.amp.adapters.objectstore.parquet;

import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentStore;
import io.amp.testkit.storage.SegmentStoreContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract for Parquet files, which DuckDB reads. */
abstract class ParquetSegmentStoreContract extends SegmentStoreContract {
    @TempDir
    Path cacheDirectory;

    private SegmentFileCache cache;

    @Override
    protected SegmentStore openSegments(ObjectStore objects) {
        cache = new SegmentFileCache(cacheDirectory, 1 << 20);
        return new ParquetSegmentStore(objects, SegmentFormat.defaults(), cache, 2);
    }

    @AfterEach
    void closeCache() {
        cache.close();
    }

    @Override
    protected List<Long> blockNumbers(Path file) {
        return DuckDb.rows("select _block_num from read_parquet('" + file + "')").stream()
                .map(row -> Long.parseLong(row.getFirst()))
                .toList();
    }
}
