package io.amp.adapters.objectstore.parquet;

import io.amp.adapters.objectstore.ObjectStores;
import io.amp.ports.storage.ObjectStore;
import io.amp.testkit.runtime.WallClock;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class LocalParquetSegmentStoreTest extends ParquetSegmentStoreContract {
    @TempDir
    Path directory;

    @Override
    protected ObjectStore openObjects() {
        return new ObjectStores(Map.of(), new WallClock())
                .open(directory.resolve("data").toString());
    }
}
