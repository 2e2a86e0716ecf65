package io.amp.core.query;

import io.amp.core.chain.VisibleChain;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentCatalog.SnapshotChange;
import io.amp.ports.storage.SegmentCatalog.SnapshotMark;
import io.amp.ports.storage.TableKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Visible chains of tables, kept between queries and brought up to date with what the catalogue says has changed. Bounded by the number
 * of segments. Thread-safe; the catalogue is asked outside of the lock.
 */
final class SnapshotCache {
    private final SegmentCatalog catalog;
    private final int segmentsMax;
    private final Map<TableKey, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private int segments;

    /** @param segmentsMax kept in all; least recently used tables go first */
    SnapshotCache(SegmentCatalog catalog, int segmentsMax) {
        this.catalog = catalog;
        this.segmentsMax = segmentsMax;
    }

    /**
     * Visible chains of all tables at one instant.
     *
     * @param startBlocks the declared start block of each table, null = the lowest block stored
     * @return tables without an active revision are missing
     */
    Map<TableKey, VisibleChain> chains(Map<TableKey, @Nullable Long> startBlocks) {
        Map<TableKey, Kept> before = new HashMap<>();
        Map<TableKey, SnapshotMark> known = new HashMap<>();
        synchronized (this) {
            for (TableKey key : startBlocks.keySet()) {
                Kept entry = kept.get(key);
                if (entry != null) {
                    before.put(key, entry);
                }
                known.put(key, entry == null ? SnapshotMark.NOTHING : entry.mark);
            }
        }
        Map<TableKey, VisibleChain> chains = new HashMap<>();
        catalog.snapshotChanges(known).forEach((key, change) -> {
            Kept entry = updated(before.get(key), change, startBlocks.get(key));
            keep(key, entry);
            chains.put(key, entry.chain);
        });
        return chains;
    }

    private static Kept updated(@Nullable Kept before, SnapshotChange change, @Nullable Long startBlock) {
        return switch (change) {
            case SnapshotChange.Unchanged unchanged -> present(before);
            case SnapshotChange.Added added -> {
                Kept entry = present(before);
                List<Segment> live =
                        new ArrayList<>(entry.live.size() + added.segments().size());
                live.addAll(entry.live);
                live.addAll(added.segments());
                yield Kept.of(added.version(), entry.mark.locationId(), live, startBlock);
            }
            case SnapshotChange.Replaced replaced ->
                Kept.of(
                        replaced.version(),
                        replaced.snapshot().revision().id(),
                        replaced.snapshot().segments(),
                        startBlock);
        };
    }

    private static Kept present(@Nullable Kept before) {
        if (before == null) {
            throw new IllegalStateException("the catalogue reported a change of a snapshot that was never taken");
        }
        return before;
    }

    private synchronized void keep(TableKey key, Kept entry) {
        Kept before = kept.put(key, entry);
        segments += entry.live.size() - (before == null ? 0 : before.live.size());
        var eldest = kept.entrySet().iterator();
        while (segments > segmentsMax && kept.size() > 1) {
            segments -= eldest.next().getValue().live.size();
            eldest.remove();
        }
    }

    private record Kept(SnapshotMark mark, List<Segment> live, VisibleChain chain) {
        static Kept of(long version, long locationId, List<Segment> live, @Nullable Long startBlock) {
            long last = 0;
            for (Segment segment : live) {
                last = Math.max(last, segment.fileId());
            }
            return new Kept(
                    new SnapshotMark(version, locationId, last, live.size()), live, VisibleChain.of(live, startBlock));
        }
    }
}
