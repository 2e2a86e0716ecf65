package io.amp.core.materialize;

import io.amp.core.chain.BlockIntervals;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.SegmentWriter;
import io.amp.ports.storage.WrittenSegment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes one table's part of a partition: takes every block of the partition in ascending order, ignores those the table has, and cuts
 * files at range ends, at reorganisations, by size and by age (jobs-and-storage specification, section 5.4). Used by one thread.
 */
final class TableWriter implements AutoCloseable {
    private final RawTable table;
    private final SegmentStore store;
    private final MaterializeSettings settings;
    private final Clock clock;
    private final Randomness randomness;
    private final Deque<BlockInterval> ranges = new ArrayDeque<>();
    private @Nullable OpenFile file;
    private long scanStart;

    /** @param missing the table's own missing numbers inside the partition */
    TableWriter(
            RawTable table,
            Collection<BlockInterval> missing,
            SegmentStore store,
            MaterializeSettings settings,
            Clock clock,
            Randomness randomness) {
        this.table = table;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.randomness = randomness;
        for (BlockInterval range : BlockIntervals.merge(missing)) {
            for (long start = range.start(); start <= range.end(); ) {
                long end = Math.min(range.end(), start + MaterializeSettings.FILE_BLOCKS_MAX - 1);
                ranges.add(new BlockInterval(start, end));
                start = end + 1;
            }
        }
        if (!ranges.isEmpty()) {
            scanStart = ranges.getFirst().start();
        }
    }

    /**
     * Takes the next block; the rows stay the caller's.
     *
     * @return a file that this block closed, to be committed before the next one
     */
    Optional<WrittenSegment> write(BlockRows block) {
        long number = block.range().start();
        Optional<WrittenSegment> closed = leaveRangesBefore(number);
        BlockInterval range = ranges.peekFirst();
        if (range == null || number < range.start()) {
            return closed;
        }
        if (file != null && mustCutBefore(file, block.range())) {
            closed = Optional.of(close(file.range.end()));
        }
        OpenFile open = file != null ? file : open(block.range());
        open.append(block);
        return closed;
    }

    /** Says that the source has no more blocks up to {@code number}: what was scanned to there is closed. */
    Optional<WrittenSegment> finishThrough(long number) {
        return leaveRangesBefore(number + 1);
    }

    /** Closes the file that is open; the range goes on in another one. */
    Optional<WrittenSegment> cut() {
        return file == null ? Optional.empty() : Optional.of(close(file.range.end()));
    }

    private Optional<WrittenSegment> leaveRangesBefore(long number) {
        Optional<WrittenSegment> closed = Optional.empty();
        while (!ranges.isEmpty() && ranges.getFirst().end() < number) {
            BlockInterval done = ranges.removeFirst();
            if (file != null) {
                closed = Optional.of(close(done.end()));
            } else if (scanStart <= done.end()) {
                table.rememberWithoutBlocks(new BlockInterval(scanStart, done.end()));
            }
            if (!ranges.isEmpty()) {
                scanStart = ranges.getFirst().start();
            }
        }
        return closed;
    }

    private boolean mustCutBefore(OpenFile open, BlockRange next) {
        return !open.range.isFollowedBy(next)
                || (settings.fileBytesMax() > 0 && open.writer.estimatedBytes() >= settings.fileBytesMax())
                || (settings.fileRowsMax() > 0 && open.writer.rowCount() >= settings.fileRowsMax())
                || (open.writer.rowCount() > 0
                        && clock.nanoTime() - open.openedNanos
                                >= settings.flushInterval().toNanos());
    }

    private OpenFile open(BlockRange first) {
        String name = SegmentNames.fileName(first.start(), randomness.nextLong());
        OpenFile open = new OpenFile(
                store.create(table.revision(), table.definition().schema(), name),
                first,
                table.scanStart(scanStart),
                clock.nanoTime());
        file = open;
        return open;
    }

    /** @param scanEnd last number known to be scanned */
    private WrittenSegment close(long scanEnd) {
        OpenFile done = Objects.requireNonNull(file);
        BlockInterval numbers = done.range.numbers();
        BlockInterval scanned =
                new BlockInterval(Math.min(done.scanStart, numbers.start()), Math.max(scanEnd, numbers.end()));
        Instant now = clock.now();
        SegmentMetadata metadata = new SegmentMetadata(
                table.definition().name(),
                done.writer.fileName(),
                now,
                List.of(done.range),
                null,
                scanned.equals(numbers) ? null : scanned,
                now,
                0,
                List.of(),
                settings.writerName());
        try (SegmentWriter writer = done.writer) {
            WrittenSegment written = writer.finish(metadata);
            scanStart = scanned.end() + 1;
            return written;
        } finally {
            file = null;
        }
    }

    /** Discards what was not closed. */
    @Override
    public void close() {
        OpenFile unfinished = file;
        file = null;
        if (unfinished != null) {
            unfinished.writer.close();
        }
    }

    private final class OpenFile {
        private final SegmentWriter writer;
        private final long scanStart;
        private final long openedNanos;
        private BlockRange range;

        OpenFile(SegmentWriter writer, BlockRange first, long scanStart, long openedNanos) {
            this.writer = writer;
            this.range = first;
            this.scanStart = scanStart;
            this.openedNanos = openedNanos;
        }

        void append(BlockRows block) {
            RecordBatch rows =
                    Objects.requireNonNull(block.tables().get(table.definition().name()));
            writer.append(rows);
            range = range.extendTo(block.range());
        }
    }
}
