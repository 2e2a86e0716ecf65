package io.amp.core.materialize;

import io.amp.core.chain.BlockIntervals;
import io.amp.core.chain.MissingRanges;
import io.amp.core.chain.VisibleChain;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.TableRevision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One table of a running raw job: its revision and what is known of its segments. The job is the only writer, so between full reads
 * only its own commits and those after the last known file are added. Thread-safe.
 */
final class RawTable {
    private final TableDefinition definition;
    private final TableRevision revision;
    private final SegmentCatalog catalog;
    private final Map<Long, Segment> segments = new LinkedHashMap<>();
    private final List<BlockInterval> withoutBlocks = new ArrayList<>();
    private long lastFileId;

    RawTable(TableDefinition definition, TableRevision revision, SegmentCatalog catalog) {
        this.definition = definition;
        this.revision = revision;
        this.catalog = catalog;
    }

    TableDefinition definition() {
        return definition;
    }

    TableRevision revision() {
        return revision;
    }

    /** Forgets and reads everything: others may have collected files meanwhile. */
    synchronized void reload() {
        List<Segment> all = catalog.segments(revision.id());
        segments.clear();
        lastFileId = 0;
        add(all);
    }

    /** Adds what was committed since. */
    synchronized void refresh() {
        add(catalog.segmentsAfter(revision.id(), lastFileId));
    }

    private void add(Collection<Segment> more) {
        for (Segment segment : more) {
            segments.put(segment.fileId(), segment);
            lastFileId = Math.max(lastFileId, segment.fileId());
        }
    }

    synchronized List<Segment> live() {
        return List.copyOf(segments.values());
    }

    VisibleChain visible(long startBlock) {
        return VisibleChain.of(live(), startBlock);
    }

    /** Numbers that were never asked for; those known to have no block are left out. */
    List<BlockInterval> uncovered(BlockInterval desired) {
        List<BlockInterval> uncovered = new ArrayList<>();
        List<BlockInterval> empty = withoutBlocks();
        for (BlockInterval missing : MissingRanges.uncovered(live(), desired)) {
            uncovered.addAll(BlockIntervals.subtract(missing, empty));
        }
        return uncovered;
    }

    private synchronized List<BlockInterval> withoutBlocks() {
        return List.copyOf(withoutBlocks);
    }

    /** Remembers, for this run, numbers that were asked for and yielded no block, so that they are not asked for at every turn. */
    synchronized void rememberWithoutBlocks(BlockInterval numbers) {
        List<BlockInterval> merged = new ArrayList<>(withoutBlocks);
        merged.add(numbers);
        withoutBlocks.clear();
        withoutBlocks.addAll(BlockIntervals.merge(merged));
    }

    /** Where the scan that a file begins at {@code number} really began. */
    synchronized long scanStart(long number) {
        Optional<BlockInterval> before = withoutBlocks.stream()
                .filter(empty -> empty.end() + 1 == number)
                .findFirst();
        return before.map(BlockInterval::start).orElse(number);
    }
}
