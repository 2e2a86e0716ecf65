package io.amp.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.concurrent.SystemClock;
import io.amp.core.concurrent.SystemRandomness;
import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.ChainConnector;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.query.QueryEngine;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService.QueryResult;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.InMemoryChainSource;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.provider.InMemoryProviderStore;
import io.amp.testkit.storage.InMemoryObjectStore;
import io.amp.testkit.storage.InMemorySegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Register, extract and query inside one process, over in-memory adapters. */
@Timeout(60)
class AmpTest {
    private static final DatasetName ETH = new DatasetName("_", "eth");
    private static final String MANIFEST = "{\"kind\":\"evm-rpc\",\"network\":\"anvil\"}";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final BufferAllocator allocator = new RootAllocator();
    private final SystemClock clock = new SystemClock();
    private final InMemoryMetadataStore metadata = new InMemoryMetadataStore(clock, new SystemRandomness());
    private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
    private final InMemorySegmentStore segments = new InMemorySegmentStore(objects, allocator);
    private final BlockTree chain = BlockTree.withGenesis(new NetworkId("anvil"), 7);
    private final InMemoryProviderStore providers =
            new InMemoryProviderStore().with("node", "evm-rpc", "anvil", Map.of());
    private final SegmentList engine = new SegmentList();

    @AfterEach
    void closeAllocator() {
        allocator.close();
    }

    @Test
    void registersExtractsAndQueries() throws Exception {
        chain.mine(20);
        try (Amp amp = builder().worker("embedded").controller().build()) {
            amp.start();
            DatasetVersion eth = amp.datasets().register(ETH, MANIFEST, null);
            Job job = amp.jobs().deploy(upTo(eth, 20));

            assertThat(amp.awaitEnd(job.id(), LONG)).map(Job::status).contains(JobStatus.COMPLETED);
            try (QueryResult result = amp.queries().execute(amp.queries().plan(QueryRequest.of("_/eth blocks")))) {
                assertThat(result.ranges()).extracting(BlockRange::numbers).containsExactly(BlockInterval.of(0, 20));
            }
            assertThat(engine.blocks()).hasSize(21).startsWith(0L).endsWith(20L);
            assertThat(amp.jobs().progressOf(eth).get("blocks").currentBlock()).isEqualTo(20);
            assertThat(amp.providers().list()).hasSize(1);
            assertThat(amp.failure()).isEmpty();
        }
    }

    @Test
    void aBlockThatDoesNotVerifyFailsItsJob() throws Exception {
        chain.mine(3);
        try (Amp amp = builder().worker("embedded").build()) {
            amp.start();
            DatasetVersion eth = amp.datasets().register(ETH, MANIFEST, null);
            Job job = amp.jobs().deploy(new DeployRequest(eth, new EndBlock.Absolute(3), 1, VerifyMode.FULL, null));

            ErrorDetail error = null;
            while (error == null) {
                assertThat(amp.awaitEnd(job.id(), Duration.ofMillis(50))).isEmpty();
                error = amp.jobs().find(job.id()).orElseThrow().error();
            }
            assertThat(error.context()).containsEntry("block", 0L).containsEntry("check", "block hash");
        }
    }

    @Test
    void anotherProcessGoesOnWhereTheFirstStopped() throws Exception {
        chain.mine(5);
        long jobId;
        try (Amp amp = builder().worker("embedded").build()) {
            amp.start();
            DatasetVersion eth = amp.datasets().register(ETH, MANIFEST, null);
            jobId = amp.jobs().deploy(upTo(eth, 9)).id();
            assertThat(amp.awaitEnd(jobId, Duration.ofMillis(200))).isEmpty();
        }
        chain.mine(5);
        try (Amp amp = builder().worker("embedded").build()) {
            amp.start();
            assertThat(amp.awaitEnd(jobId, LONG)).map(Job::status).contains(JobStatus.COMPLETED);
        }
    }

    @Test
    void startsOnceAndChecksTheNodeId() throws Exception {
        try (Amp amp = builder().worker("embedded").build()) {
            amp.start();
            assertThatThrownBy(amp::start).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> builder().worker("not a node id").build())
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(JobError.INVALID_NODE_ID));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Amp.builder().build()).hasMessageContaining("AmpBuilder.metadata");
        assertThatThrownBy(() -> Amp.builder().metadata(metadata).build()).hasMessageContaining("AmpBuilder.manifests");
        assertThatThrownBy(() -> Amp.builder()
                        .metadata(metadata)
                        .manifests(objects)
                        .worker("w")
                        .build())
                .hasMessageContaining("AmpBuilder.providers");
        try (Amp amp = Amp.builder().metadata(metadata).manifests(objects).build()) {
            assertThatThrownBy(amp::queries).hasMessageContaining("query engine");
            assertThatThrownBy(amp::providers).hasMessageContaining("providers");
            assertThat(amp.datasets().listDatasets()).isEmpty();
        }
    }

    @Test
    void withoutAWorkerThereIsNobodyToDeployTo() {
        try (Amp amp = builder().build()) {
            DatasetVersion eth = amp.datasets().register(ETH, MANIFEST, null);

            assertThatThrownBy(() -> amp.jobs().deploy(upTo(eth, 1)))
                    .isInstanceOfSatisfying(
                            AmpException.class, e -> assertThat(e.code()).isEqualTo(JobError.SCHEDULER_ERROR));
        }
    }

    private AmpBuilder builder() {
        return Amp.builder()
                .metadata(metadata)
                .manifests(objects)
                .data(objects, segments)
                .providers(providers)
                .connector(new Nodes())
                .queryEngine(engine);
    }

    private static DeployRequest upTo(DatasetVersion dataset, long block) {
        return new DeployRequest(dataset, new EndBlock.Absolute(block), 1, VerifyMode.OFF, null);
    }

    private final class Nodes implements ChainConnector {
        @Override
        public String kind() {
            return "evm-rpc";
        }

        @Override
        public ChainSource connect(ProviderConfig provider, RawManifest dataset) {
            return new InMemoryChainSource(provider.name(), chain, dataset.tables(), allocator, clock);
        }
    }

    /** An "engine" whose statements are a dataset and a table, and which only notes the segments it would read. */
    private final class SegmentList implements QueryEngine {
        private List<Segment> read = List.of();

        List<Long> blocks() {
            List<Long> blocks = new ArrayList<>();
            read.forEach(
                    segment -> segments.rows(segment.path()).forEach(row -> blocks.add((Long) row.get("_block_num"))));
            return blocks;
        }

        @Override
        public ParsedStatement parse(String sql) {
            String[] words = sql.split(" ");
            return new Statement(sql, Set.of(new TableReference(words[0], words[1], 1, 1)), false);
        }

        @Override
        public Plan plan(ParsedStatement statement, Map<TableReference, ResolvedTable> tables) {
            ResolvedTable table = tables.values().iterator().next();
            return new Compiled(table.definition().schema(), Set.of(table.key()));
        }

        @Override
        public BatchStream execute(Plan plan, Map<TableKey, List<Segment>> tables, ExecutionOptions options) {
            read = tables.values().iterator().next();
            return new BatchStream() {
                @Override
                public TableSchema schema() {
                    return plan.schema();
                }

                @Override
                public @Nullable RecordBatch next() {
                    return null;
                }

                @Override
                public void cancel() {}

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }

    private record Statement(String sql, Set<TableReference> tables, boolean isStreaming)
            implements QueryEngine.ParsedStatement {}

    private record Compiled(TableSchema schema, Set<TableKey> tables) implements QueryEngine.Plan {}
}
