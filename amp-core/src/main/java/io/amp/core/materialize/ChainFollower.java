package io.amp.core.materialize;

import io.amp.core.chain.BlockIntervals;
import io.amp.core.chain.ChainRepair;
import io.amp.core.chain.VisibleChain;
import io.amp.core.concurrent.Backoff;
import io.amp.core.job.DatabaseRetry;
import io.amp.core.job.EndBlocks;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of a raw job: look at the head, compute what is missing, fetch it, look again (jobs-and-storage specification, sections 4.7
 * and 5.1). Used by one thread.
 */
final class ChainFollower {
    /* Implementation note. Nothing is remembered between turns that a restart would miss, but for two things that only save work:
     * the head for which all is done, and the repair just made. A repair that comes out the same twice running means that the source
     * contradicts itself; then each further turn waits longer, so that the same blocks are not written again and again. */

    private static final Logger LOG = LoggerFactory.getLogger(ChainFollower.class);
    private static final Backoff HEAD_BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(20), 0.1);
    private static final int HEAD_RETRIES_MAX = 10;
    private static final Backoff CONTRADICTION_BACKOFF =
            new Backoff(Duration.ofMillis(50), Duration.ofSeconds(30), 0.2);

    /** Files may be collected by others, so that everything known of them is read anew this often. */
    private static final Duration RELOAD_INTERVAL = Duration.ofSeconds(60);

    /** How soon a head that looks replaced is looked at again. */
    private static final Duration SECOND_LOOK = Duration.ofMillis(100);

    private final ChainSource source;
    private final List<RawTable> tables;
    private final RawManifest dataset;
    private final MaterializeRaw job;
    private final Extraction extraction;
    private final MaterializeSettings settings;
    private final Clock clock;
    private final Randomness randomness;
    private final DatabaseRetry retry;

    private long reloadedNanos;
    private long handledHead = -1;
    private @Nullable BlockHash suspectedHead;
    private Map<RawTable, List<BlockInterval>> lastRepair = Map.of();
    private int contradictions;

    ChainFollower(
            ChainSource source,
            List<RawTable> tables,
            RawManifest dataset,
            MaterializeRaw job,
            Extraction extraction,
            MaterializeSettings settings,
            Clock clock,
            Randomness randomness) {
        this.source = source;
        this.tables = tables;
        this.dataset = dataset;
        this.job = job;
        this.extraction = extraction;
        this.settings = settings;
        this.clock = clock;
        this.randomness = randomness;
        this.retry = new DatabaseRetry(clock, randomness);
        this.reloadedNanos = clock.nanoTime();
    }

    void follow() throws InterruptedException {
        long start = dataset.startBlock();
        OptionalLong known = EndBlocks.needsHead(job.endBlock()) ? latestBlock() : OptionalLong.empty();
        long end = switch (EndBlocks.resolve(job.endBlock(), start, known)) {
            case EndBlocks.Resolution.Unbounded unbounded -> Long.MAX_VALUE;
            case EndBlocks.Resolution.Until until -> until.block();
            case EndBlocks.Resolution.NoData noData -> {
                LOG.warn("{}: no data available, the chain has no block yet", job.dataset());
                yield -1;
            }
        };
        if (end < 0) {
            return;
        }
        while (true) {
            OptionalLong head = latestBlock();
            if (head.isEmpty() || head.getAsLong() < start) {
                source.awaitHead(settings.pollInterval());
            } else if (head.getAsLong() == handledHead) {
                repairReplacedHead(new BlockInterval(start, Math.min(end, handledHead)));
            } else {
                BlockInterval desired = new BlockInterval(start, Math.min(end, head.getAsLong()));
                if (!turn(desired, false)) {
                    handledHead = head.getAsLong();
                    suspectedHead = null;
                    contradictions = 0;
                    lastRepair = Map.of();
                    if (end <= handledHead) {
                        return;
                    }
                    source.awaitHead(settings.pollInterval());
                }
            }
        }
    }

    /** @return false when nothing was missing */
    private boolean turn(BlockInterval desired, boolean headReplaced) throws InterruptedException {
        readSegments();
        RememberedHeaders headers = new RememberedHeaders();
        Map<RawTable, List<BlockInterval>> missing = new LinkedHashMap<>();
        Map<RawTable, List<BlockInterval>> repairs = new HashMap<>();
        for (RawTable table : tables) {
            List<BlockInterval> numbers = new ArrayList<>(table.uncovered(desired));
            List<BlockInterval> repair = repair(table, desired, headers, headReplaced);
            if (!repair.isEmpty()) {
                repairs.put(table, repair);
                numbers.addAll(repair);
            }
            if (!numbers.isEmpty()) {
                missing.put(table, BlockIntervals.merge(numbers));
            }
        }
        if (missing.isEmpty()) {
            return false;
        }
        waitWhenRepeating(repairs);
        extraction.run(missing, job.maxWriters());
        return true;
    }

    private List<BlockInterval> repair(
            RawTable table, BlockInterval desired, ChainRepair.Headers headers, boolean headReplaced)
            throws InterruptedException {
        VisibleChain visible = table.visible(desired.start());
        if (!headReplaced && !ChainRepair.isNeeded(table.live(), visible, desired)) {
            return List.of();
        }
        read(table, true);
        visible = table.visible(desired.start());
        return headReplaced || ChainRepair.isNeeded(table.live(), visible, desired)
                ? ChainRepair.missing(table.live(), visible, desired, headers)
                : List.of();
    }

    private void waitWhenRepeating(Map<RawTable, List<BlockInterval>> repairs) throws InterruptedException {
        if (!repairs.isEmpty() && repairs.equals(lastRepair)) {
            contradictions++;
            LOG.warn(
                    "{}: provider '{}' contradicts itself, blocks {} do not link after being fetched again ({} times)",
                    job.dataset(),
                    source.providerName(),
                    repairs.values().iterator().next(),
                    contradictions);
            clock.sleep(CONTRADICTION_BACKOFF.delay(contradictions, randomness));
        } else if (repairs.isEmpty()) {
            contradictions = 0;
        }
        lastRepair = repairs;
    }

    /** At a head of the same number: a reorganisation to equal height shows as another hash, seen twice. */
    private void repairReplacedHead(BlockInterval desired) throws InterruptedException {
        Optional<BlockLink> head = header(desired.end());
        boolean replaced = head.isPresent() && tables.stream().anyMatch(table -> isReplaced(table, head.get()));
        if (!replaced) {
            suspectedHead = null;
            source.awaitHead(settings.pollInterval());
        } else if (!head.get().hash().equals(suspectedHead)) {
            suspectedHead = head.get().hash();
            source.awaitHead(min(SECOND_LOOK, settings.pollInterval()));
        } else {
            suspectedHead = null;
            if (!turn(desired, true)) {
                source.awaitHead(settings.pollInterval());
            }
        }
    }

    private boolean isReplaced(RawTable table, BlockLink head) {
        return table.visible(dataset.startBlock())
                .syncedRange()
                .filter(range -> range.end() == head.number())
                .map(BlockRange::hash)
                .filter(hash -> !hash.equals(head.hash()))
                .isPresent();
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void readSegments() throws InterruptedException {
        boolean all = clock.nanoTime() - reloadedNanos >= RELOAD_INTERVAL.toNanos();
        if (all) {
            reloadedNanos = clock.nanoTime();
        }
        for (RawTable table : tables) {
            read(table, all);
        }
    }

    private void read(RawTable table, boolean all) throws InterruptedException {
        String what = "cannot read the segments of " + table.revision().path();
        try {
            retry.call(what, () -> {
                if (all) {
                    table.reload();
                } else {
                    table.refresh();
                }
                return true;
            });
        } catch (AmpException e) {
            throw new AmpException(JobError.MISSING_RANGES, what, e);
        }
    }

    private OptionalLong latestBlock() throws InterruptedException {
        return retrying("latest block", () -> source.latestBlock(dataset.finalizedBlocksOnly()));
    }

    private Optional<BlockLink> header(long number) throws InterruptedException {
        return retrying("header " + number, () -> source.header(number));
    }

    private interface Question<T> {
        T ask() throws InterruptedException;
    }

    private <T> T retrying(String what, Question<T> question) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return question.ask();
            } catch (AmpException e) {
                if (failures > HEAD_RETRIES_MAX || !e.retryable()) {
                    throw new AmpException(
                            JobError.LATEST_BLOCK,
                            "cannot get the " + what + " from provider '" + source.providerName() + "'",
                            e);
                }
                LOG.warn(
                        "{}: {} of provider '{}' failed ({} in a row): {}",
                        job.dataset(),
                        what,
                        source.providerName(),
                        failures,
                        e.getMessage());
                clock.sleep(HEAD_BACKOFF.delay(failures, randomness));
            }
        }
    }

    /** Headers of one turn, shared by all tables, so that all repair to the same chain. */
    private final class RememberedHeaders implements ChainRepair.Headers {
        private final Map<Long, Optional<BlockLink>> known = new HashMap<>();

        @Override
        public Optional<BlockLink> at(long number) throws InterruptedException {
            Optional<BlockLink> header = known.get(number);
            if (header == null) {
                header = ChainFollower.this.header(number);
                known.put(number, header);
            }
            return header;
        }
    }
}
