package io.amp.adapters.query.exec;

import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentStore.LocalSegment;
import io.amp.ports.storage.StorageError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Local copies of segments, kept for as long as a query reads them. */
final class Leases implements AutoCloseable {
    /** Files of one query that are fetched at a time. */
    private static final int FETCHES_MAX = 16;

    private final Map<Segment, LocalSegment> open = new LinkedHashMap<>();
    private boolean closed;

    private Leases() {}

    /** Opens all or none. */
    static Leases open(SegmentStore store, Collection<Segment> segments) throws InterruptedException {
        var leases = new Leases();
        boolean complete = false;
        try {
            leases.openAll(store, segments);
            complete = true;
            return leases;
        } finally {
            if (!complete) {
                leases.close();
            }
        }
    }

    private void openAll(SegmentStore store, Collection<Segment> segments) throws InterruptedException {
        if (segments.size() <= 1) {
            for (Segment segment : segments) {
                open.put(segment, openOne(store, segment));
            }
            return;
        }
        var permits = new Semaphore(FETCHES_MAX);
        try (ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Segment, Future<LocalSegment>> futures = new LinkedHashMap<>();
            for (Segment segment : segments) {
                futures.computeIfAbsent(
                        segment,
                        wanted -> fetches.submit(() -> {
                            permits.acquire();
                            try {
                                return openOne(store, wanted);
                            } finally {
                                permits.release();
                            }
                        }));
            }
            collect(futures, fetches);
        }
    }

    /** Waits for every fetch, so that none is lost when one fails. */
    private void collect(Map<Segment, Future<LocalSegment>> futures, ExecutorService fetches)
            throws InterruptedException {
        RuntimeException failure = null;
        InterruptedException interrupt = null;
        for (Map.Entry<Segment, Future<LocalSegment>> entry : futures.entrySet()) {
            try {
                open.put(entry.getKey(), entry.getValue().get());
            } catch (ExecutionException e) {
                fetches.shutdownNow();
                if (failure == null) {
                    failure = e.getCause() instanceof RuntimeException cause
                            ? cause
                            : new AmpException(QueryError.CANCELLED, "the query was cancelled", e);
                }
            } catch (InterruptedException e) {
                fetches.shutdownNow();
                interrupt = e;
            }
        }
        if (interrupt != null) {
            throw interrupt;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static LocalSegment openOne(SegmentStore store, Segment segment) throws InterruptedException {
        try {
            return store.open(segment);
        } catch (AmpException e) {
            // The file was collected after the snapshot was taken.
            if (e.is(StorageError.OBJECT_NOT_FOUND) || e.is(StorageError.SNAPSHOT_EXPIRED)) {
                throw new AmpException(QueryError.SNAPSHOT_EXPIRED, "snapshot expired, retry", e);
            }
            throw e;
        }
    }

    List<Path> files(Collection<Segment> segments) {
        List<Path> files = new ArrayList<>();
        for (Segment segment : segments) {
            LocalSegment lease = open.get(segment);
            if (lease == null) {
                throw new IllegalStateException("segment " + segment.fileId() + " was not opened");
            }
            files.add(lease.file());
        }
        return files;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        open.values().forEach(LocalSegment::close);
    }
}
