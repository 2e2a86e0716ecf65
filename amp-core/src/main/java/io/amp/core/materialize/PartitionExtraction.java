package io.amp.core.materialize;

import io.amp.core.concurrent.Backoff;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extracts one partition: its ranges one after another, every block handed to all tables, files committed as they close. A stream that
 * fails is opened again at the next block, without limit, because a provider that is down must not end the job (jobs-and-storage
 * specification, section 5.3). Used by one thread.
 */
final class PartitionExtraction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionExtraction.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(30), 0.2);
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);

    /** After this many failures in a row, about two seconds, what is there is committed and the head is looked at. */
    private static final int PATIENCE = 5;

    /** Same wrong content, or same refusal, this many times in a row ends the job. */
    private static final int IDENTICAL_FAILURES_MAX = 10;

    /** A block that does not verify is fetched again this many times. */
    private static final int REFETCHES_MAX = 3;

    private final ChainSource source;
    private final List<TableWriter> writers;
    private final List<String> tables;
    private final BlockCheck check;
    private final SegmentCommitter committer;
    private final Clock clock;
    private final Randomness randomness;
    private int failures;
    private int identicalFailures;
    private @Nullable String lastFailure;

    /** @param writers one per table, owned by this */
    PartitionExtraction(
            ChainSource source,
            Map<String, TableWriter> writers,
            BlockCheck check,
            SegmentCommitter committer,
            Clock clock,
            Randomness randomness) {
        this.source = source;
        this.writers = List.copyOf(writers.values());
        this.tables = List.copyOf(writers.keySet());
        this.check = check;
        this.committer = committer;
        this.clock = clock;
        this.randomness = randomness;
    }

    /** @throws AmpException {@link JobError#PARTITION_TASK} for fatal stream errors; storage errors as they are */
    void run(List<BlockInterval> ranges) throws InterruptedException {
        for (BlockInterval range : ranges) {
            long next = range.start();
            while (next <= range.end()) {
                next = streamFrom(next, range);
                if (failures == PATIENCE) {
                    // What is complete must not wait for what may take long to come.
                    commit(TableWriter::cut);
                }
                if (failures >= PATIENCE && chainEndsBefore(next)) {
                    LOG.info("the chain of provider '{}' became shorter than {}", source.providerName(), next);
                    return;
                }
            }
            commit(writer -> writer.finishThrough(range.end()));
        }
    }

    /** True when the source has fewer blocks now than when the ranges were chosen; they are to be chosen anew then. */
    private boolean chainEndsBefore(long next) throws InterruptedException {
        try {
            OptionalLong latest = source.latestBlock(false);
            return latest.isPresent() && latest.getAsLong() < next;
        } catch (AmpException e) {
            LOG.debug("provider '{}' does not tell its head either: {}", source.providerName(), e.getMessage());
            return false;
        }
    }

    /** @return first number not delivered yet */
    private long streamFrom(long start, BlockInterval range) throws InterruptedException {
        long next = start;
        try (BlockStream stream = source.stream(new BlockInterval(start, range.end()))) {
            for (BlockRows block = stream.next(); block != null; block = stream.next()) {
                try (BlockRows rows = verified(block)) {
                    requireOrder(rows, next, range);
                    deliver(rows);
                }
                next = block.range().end() + 1;
                failures = 0;
                identicalFailures = 0;
            }
            return range.end() + 1;
        } catch (AmpException e) {
            if (!(e.code() instanceof SourceError error)) {
                throw e;
            }
            endOrWait(error, e, next, range);
            return next;
        }
    }

    /** A block that does not verify is asked for again at once: a wrong answer is often transient. Closes what it does not return. */
    private BlockRows verified(BlockRows block) throws InterruptedException {
        BlockRows candidate = block;
        for (int refetches = 0; ; refetches++) {
            try {
                check.check(candidate);
                return candidate;
            } catch (AmpException e) {
                candidate.close();
                if (!e.is(SourceError.VERIFICATION_FAILED) || refetches == REFETCHES_MAX) {
                    throw e;
                }
                LOG.warn("{}; asking provider '{}' again", e.getMessage(), source.providerName());
                candidate = fetchAgain(block.range().start());
            } catch (RuntimeException e) {
                candidate.close();
                throw e;
            }
        }
    }

    private BlockRows fetchAgain(long number) throws InterruptedException {
        try (BlockStream stream = source.stream(new BlockInterval(number, number))) {
            BlockRows again = stream.next();
            if (again == null) {
                throw new AmpException(
                        SourceError.NOT_READY,
                        "block " + number + " of provider '" + source.providerName() + "' is gone");
            }
            return again;
        }
    }

    private void requireOrder(BlockRows block, long next, BlockInterval range) {
        BlockRange found = block.range();
        if (found.start() != found.end() || found.start() < next || found.end() > range.end()) {
            throw new AmpException(
                    SourceError.FATAL_DATA,
                    "non-increasing block numbers: provider '" + source.providerName() + "' sent " + found.numbers()
                            + " where " + next + " to " + range.end() + " was asked for");
        }
        if (!block.tables().keySet().containsAll(tables)) {
            throw new AmpException(
                    SourceError.FATAL_DATA,
                    "block " + found.start() + " of provider '" + source.providerName() + "' lacks a table");
        }
    }

    private void deliver(BlockRows block) throws InterruptedException {
        commit(writer -> writer.write(block));
    }

    /** Files that close at the same block become visible together. */
    private void commit(Function<TableWriter, Optional<WrittenSegment>> step) throws InterruptedException {
        List<WrittenSegment> closed = new ArrayList<>(writers.size());
        for (TableWriter writer : writers) {
            step.apply(writer).ifPresent(closed::add);
        }
        if (!closed.isEmpty()) {
            committer.commit(closed);
        }
    }

    private void endOrWait(SourceError error, AmpException failure, long next, BlockInterval range)
            throws InterruptedException {
        failures++;
        String identity = error + " " + next + " " + failure.getMessage();
        identicalFailures = identity.equals(lastFailure) ? identicalFailures + 1 : 1;
        lastFailure = identity;
        boolean isFinal = switch (error) {
            case UNREACHABLE, NOT_READY -> false;
            case BAD_DATA, REFUSED -> identicalFailures >= IDENTICAL_FAILURES_MAX;
            case FATAL_DATA, VERIFICATION_FAILED, WRONG_CHAIN, INVALID_PROVIDER, NO_PROVIDER -> true;
        };
        if (isFinal) {
            throw PartitionFailure.of(failure, next, range);
        }
        log(failure, next);
        clock.sleep(retryDelay(failure));
    }

    private Duration retryDelay(AmpException failure) {
        Duration delay = BACKOFF.delay(failures, randomness);
        if (failure.context().get("retry_after_ms") instanceof Number millis) {
            Duration asked = Duration.ofMillis(millis.longValue());
            Duration bounded = asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
            return bounded.compareTo(delay) > 0 ? bounded : delay;
        }
        return delay;
    }

    private void log(AmpException failure, long next) {
        String text = "stream of provider '{}' failed at block {} ({} in a row), opening it again: {}";
        Object[] facts = {source.providerName(), next, failures, failure.getMessage()};
        if (failures == 1) {
            LOG.info(text, facts);
        } else if (failures <= 8) {
            LOG.debug(text, facts);
        } else if (failures <= 16) {
            LOG.warn(text, facts);
        } else {
            LOG.error(text, facts);
        }
    }

    /** Discards the files that are still open. */
    @Override
    public void close() {
        writers.forEach(TableWriter::close);
    }
}
