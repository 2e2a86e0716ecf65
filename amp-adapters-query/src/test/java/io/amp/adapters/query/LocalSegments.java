package io.amp.adapters.query;

import io.amp.ports.batch.TableSchema;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Segments that lie as files in one directory; only for reading. Counts what is open. */
final class LocalSegments implements SegmentStore {
    private final Path directory;
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger opened = new AtomicInteger();

    LocalSegments(Path directory) {
        this.directory = directory;
    }

    @Override
    public LocalSegment open(Segment segment) {
        open.incrementAndGet();
        opened.incrementAndGet();
        return new LocalSegment() {
            private boolean closed;

            @Override
            public Path file() {
                return directory.resolve(segment.path());
            }

            @Override
            public void close() {
                if (!closed) {
                    closed = true;
                    open.decrementAndGet();
                }
            }
        };
    }

    @Override
    public SegmentWriter create(TableRevision revision, TableSchema schema, String fileName) {
        throw new UnsupportedOperationException("these segments are only read");
    }

    @Override
    public WrittenSegment inspect(TableRevision revision, String fileName) {
        throw new UnsupportedOperationException("these segments are only read");
    }
}
