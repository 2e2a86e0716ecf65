package io.amp.adapters.objectstore.parquet;

import io.amp.adapters.objectstore.ObjectStores;
import io.amp.ports.storage.ObjectStore;
import io.amp.testkit.runtime.WallClock;
import java.util.Map;

class MemoryParquetSegmentStoreTest extends ParquetSegmentStoreContract {
    @Override
    protected ObjectStore openObjects() {
        return new ObjectStores(Map.of(), new WallClock()).open("memory://");
    }
}
