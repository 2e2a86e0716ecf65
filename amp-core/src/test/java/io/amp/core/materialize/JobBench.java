package io.amp.core.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.chain.VisibleChain;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.TableKey;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmTables;
import io.amp.testkit.chain.InMemoryChainSource;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.metadata.MetadataFixtures;
import io.amp.testkit.runtime.InlineTasks;
import io.amp.testkit.runtime.ScriptedClock;
import io.amp.testkit.runtime.SeededRandomness;
import io.amp.testkit.storage.InMemoryObjectStore;
import io.amp.testkit.storage.InMemorySegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** One raw job over in-memory stores and a scripted chain, on one thread in virtual time. */
final class JobBench implements AutoCloseable {
    static final NetworkId NETWORK = new NetworkId("anvil");

    final BufferAllocator allocator = new RootAllocator();
    final ScriptedClock clock;
    final SeededRandomness randomness;
    final BlockTree tree;
    final RawManifest manifest;
    final DatasetVersion dataset = MetadataFixtures.version("chain", 'a');
    final MetadataStore metadata;
    final ObjectStore objects;
    final InMemorySegmentStore segments;
    final InMemoryChainSource source;
    Assignment assignment;

    JobBench(long seed, long startBlock, ScriptedClock.Script script) throws InterruptedException {
        this.clock = new ScriptedClock(script);
        this.randomness = new SeededRandomness(seed);
        this.tree = BlockTree.withGenesis(NETWORK, seed);
        RawManifest plain = EvmTables.manifest(NETWORK);
        this.manifest = new RawManifest(plain.kind(), NETWORK, startBlock, false, plain.tables(), Map.of());
        this.metadata = new InMemoryMetadataStore(clock, randomness);
        this.objects = new InMemoryObjectStore(clock);
        this.segments = new InMemorySegmentStore(objects, allocator);
        this.source = new InMemoryChainSource("node", tree, manifest.tables(), allocator, clock);
        metadata.workers().start("worker", Map.of(), Duration.ZERO);
        this.assignment = metadata.jobs()
                .schedule("key", dataset, "{\"kind\":\"materialize-raw\"}", null)
                .assignment();
    }

    /** A fresh run, as after a restart; ends when the script interrupts or the end block is reached. */
    void run(EndBlock end, int writers, SegmentCatalog catalog, ObjectStore store) throws InterruptedException {
        new RawMaterializer(
                        catalog,
                        new InMemorySegmentStore(store, allocator),
                        store,
                        dataset -> source,
                        mode -> BlockCheck.NONE,
                        MaterializeSettings.defaults("ampd/test"),
                        clock,
                        new InlineTasks(),
                        randomness)
                .run(assignment, new MaterializeRaw(dataset, end, writers, VerifyMode.OFF), manifest);
    }

    void run(EndBlock end) throws InterruptedException {
        run(end, 1, metadata.segments(), objects);
    }

    List<Segment> live(String table) {
        return metadata.segments()
                .findActive(new TableKey(dataset, table))
                .map(revision -> metadata.segments().segments(revision.id()))
                .orElse(List.of());
    }

    VisibleChain visible(String table) {
        return VisibleChain.of(live(table), manifest.startBlock());
    }

    long storedEnd() {
        return manifest.tables().keySet().stream()
                .flatMap(table -> live(table).stream())
                .mapToLong(segment -> segment.range().end())
                .max()
                .orElse(0);
    }

    /** True when every table shows exactly the node's chain. */
    boolean showsTheChain() {
        return manifest.tables().keySet().stream().allMatch(table -> {
            VisibleChain chain = visible(table);
            return chain.end().filter(end -> end == tree.head().number()).isPresent()
                    && chain.segments().stream().allMatch(this::isOnChain);
        });
    }

    private boolean isOnChain(Segment segment) {
        BlockRange range = segment.range();
        return tree.find(range.end())
                .map(EvmBlock::hash)
                .filter(range.hash()::equals)
                .isPresent();
    }

    /** Every block's rows exactly once, in order, in every table. */
    void assertRowsAreTheChain(String as) {
        Map<String, List<Long>> expected = new TreeMap<>();
        for (String table : manifest.tables().keySet()) {
            List<Long> numbers = new ArrayList<>();
            for (EvmBlock block : tree.chain()) {
                if (block.number() >= manifest.startBlock()) {
                    block.rows(table).forEach(row -> numbers.add(block.number()));
                }
            }
            expected.put(table, numbers);
        }
        Map<String, List<Long>> found = new TreeMap<>();
        for (String table : manifest.tables().keySet()) {
            List<Long> numbers = new ArrayList<>();
            List<Segment> chain = visible(table).segments();
            for (int i = 0; i < chain.size(); i++) {
                segments.rows(chain.get(i).path()).forEach(row -> numbers.add((Long) row.get("_block_num")));
                if (i > 0) {
                    assertThat(chain.get(i - 1)
                                    .range()
                                    .isFollowedBy(chain.get(i).range()))
                            .as(as)
                            .isTrue();
                }
            }
            found.put(table, numbers);
        }
        assertThat(found).as(as).isEqualTo(expected);
        assertThat(visible("blocks").syncedRange().map(BlockRange::numbers))
                .as(as)
                .contains(new BlockInterval(manifest.startBlock(), tree.head().number()));
    }

    @Override
    public void close() {
        metadata.close();
        allocator.close();
    }
}
