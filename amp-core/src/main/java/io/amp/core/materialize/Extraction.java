package io.amp.core.materialize;

import io.amp.core.chain.BlockIntervals;
import io.amp.core.chain.Partitioning;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;
import io.amp.ports.storage.SegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Fetches and writes a set of missing numbers with several partitions at once; the first failure ends them all. */
final class Extraction {
    private static final Duration STAGGER = Duration.ofSeconds(1);

    private final ChainSource source;
    private final SegmentStore store;
    private final SegmentCommitter committer;
    private final Supplier<BlockCheck> checks;
    private final MaterializeSettings settings;
    private final Clock clock;
    private final Tasks tasks;
    private final Randomness randomness;

    Extraction(
            ChainSource source,
            SegmentStore store,
            SegmentCommitter committer,
            Supplier<BlockCheck> checks,
            MaterializeSettings settings,
            Clock clock,
            Tasks tasks,
            Randomness randomness) {
        this.source = source;
        this.store = store;
        this.committer = committer;
        this.checks = checks;
        this.settings = settings;
        this.clock = clock;
        this.tasks = tasks;
        this.randomness = randomness;
    }

    /** @param missing per table, each sorted and disjoint */
    void run(Map<RawTable, List<BlockInterval>> missing, int writers) throws InterruptedException {
        List<BlockInterval> union = BlockIntervals.merge(
                missing.values().stream().flatMap(List::stream).toList());
        List<List<BlockInterval>> partitions =
                Partitioning.split(union, writers, Partitioning.MIN_BLOCKS, source.bucketSize());
        if (partitions.size() == 1 && BlockIntervals.count(union) == 1) {
            runPartition(partitions.getFirst(), missing);
            return;
        }
        try (TaskScope scope = tasks.open("extract")) {
            for (int i = 0; i < partitions.size(); i++) {
                List<BlockInterval> partition = partitions.get(i);
                Duration delay = STAGGER.multipliedBy(i);
                scope.forkComputing("partition-" + i, () -> {
                    clock.sleep(delay);
                    runPartition(partition, missing);
                    return true;
                });
            }
            scope.join();
        }
    }

    private void runPartition(List<BlockInterval> partition, Map<RawTable, List<BlockInterval>> missing)
            throws InterruptedException {
        Map<String, TableWriter> writers = new LinkedHashMap<>();
        missing.forEach((table, numbers) -> writers.put(
                table.definition().name(),
                new TableWriter(table, common(partition, numbers), store, settings, clock, randomness)));
        try (PartitionExtraction extraction =
                new PartitionExtraction(source, writers, checks.get(), committer, clock, randomness)) {
            extraction.run(partition);
        }
    }

    private static List<BlockInterval> common(List<BlockInterval> some, List<BlockInterval> others) {
        List<BlockInterval> common = new ArrayList<>();
        for (BlockInterval one : some) {
            for (BlockInterval other : others) {
                one.intersect(other).ifPresent(common::add);
            }
        }
        return common;
    }
}
