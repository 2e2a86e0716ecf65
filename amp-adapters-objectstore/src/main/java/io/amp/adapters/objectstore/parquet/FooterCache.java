package io.amp.adapters.objectstore.parquet;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentFooter;
import io.amp.ports.storage.SegmentFooters;
import io.amp.ports.storage.StorageError;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;

/**
 * Parsed footers by file id, least recently used out first ({@code [writer] cache_size_mb}). File ids are never used twice, so nothing is
 * ever invalidated. A footer bigger than the whole budget is answered and not kept.
 */
public final class FooterCache implements SegmentFooters {
    private final LongFunction<Optional<byte[]>> catalogued;
    private final long bytesMax;
    /** Least recently used first; guarded by this. */
    private final Map<Long, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    /** Look-ups that run; guarded by this. */
    private final Map<Long, CompletableFuture<SegmentFooter>> loading = new HashMap<>();

    private long bytes;
    private long hits;
    private long misses;

    private record Entry(SegmentFooter footer, long bytes) {}

    /** @param catalogued footer by file id, usually {@code catalog::footer} */
    public FooterCache(LongFunction<Optional<byte[]>> catalogued, long bytesMax) {
        if (bytesMax < 0) {
            throw new IllegalArgumentException("the footer cache cannot have " + bytesMax + " bytes");
        }
        this.catalogued = catalogued;
        this.bytesMax = bytesMax;
    }

    @Override
    public SegmentFooter footer(Segment segment) {
        CompletableFuture<SegmentFooter> result;
        boolean mine = false;
        synchronized (this) {
            Entry entry = entries.get(segment.fileId());
            if (entry != null) {
                hits++;
                return entry.footer();
            }
            misses++;
            CompletableFuture<SegmentFooter> running = loading.get(segment.fileId());
            result = running == null ? new CompletableFuture<>() : running;
            if (running == null) {
                loading.put(segment.fileId(), result);
                mine = true;
            }
        }
        if (mine) {
            load(segment, result);
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void load(Segment segment, CompletableFuture<SegmentFooter> result) {
        try {
            byte[] footer = catalogued
                    .apply(segment.fileId())
                    .orElseThrow(() -> new AmpException(
                            StorageError.SNAPSHOT_EXPIRED,
                            "snapshot expired: segment file '" + segment.path() + "' was removed meanwhile"));
            SegmentFooter parsed =
                    FooterBytes.ofCatalogue(footer, segment.path()).parsed();
            keep(segment.fileId(), parsed);
            result.complete(parsed);
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        } finally {
            synchronized (this) {
                loading.remove(segment.fileId());
            }
        }
    }

    private synchronized void keep(long fileId, SegmentFooter footer) {
        long size = size(footer);
        if (size > bytesMax) {
            return;
        }
        entries.put(fileId, new Entry(footer, size));
        bytes += size;
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes > bytesMax) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** About what the objects take: headers, references and map entries by constants, bounds by their length. */
    private static long size(SegmentFooter footer) {
        long size = 128;
        for (SegmentFooter.RowGroup group : footer.rowGroups()) {
            size += 160;
            for (SegmentFooter.Column column : group.columns().values()) {
                SegmentFooter.Bounds bounds = column.bounds();
                size += 120 + (bounds == null ? 0 : 56L + bounds.min().length + bounds.max().length);
            }
        }
        return size;
    }

    @Override
    public synchronized Usage usage() {
        return new Usage(hits, misses, bytes);
    }
}
