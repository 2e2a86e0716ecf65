package io.amp.testkit.storage;

import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentStore;
import io.amp.testkit.runtime.WallClock;
import java.nio.file.Path;
import java.util.List;

class InMemorySegmentStoreTest extends SegmentStoreContract {
    private InMemorySegmentStore twin;

    @Override
    protected ObjectStore openObjects() {
        return new InMemoryObjectStore(new WallClock());
    }

    @Override
    protected SegmentStore openSegments(ObjectStore objects) {
        twin = new InMemorySegmentStore(objects, allocator);
        return twin;
    }

    @Override
    protected List<Long> blockNumbers(Path file) {
        return twin.rows(file).stream().map(row -> (Long) row.get("_block_num")).toList();
    }
}
