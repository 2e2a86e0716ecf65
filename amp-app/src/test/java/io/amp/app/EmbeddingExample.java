package io.amp.app;

import io.amp.adapters.objectstore.LocalObjectStore;
import io.amp.adapters.objectstore.parquet.ParquetSegmentStore;
import io.amp.adapters.objectstore.parquet.SegmentFileCache;
import io.amp.adapters.objectstore.parquet.SegmentFormat;
import io.amp.adapters.objectstore.provider.TomlProviderStore;
import io.amp.adapters.postgres.PostgresMetadataStore;
import io.amp.adapters.postgres.connection.PostgresSettings;
import io.amp.adapters.postgres.embedded.ManagedPostgres;
import io.amp.adapters.postgres.schema.Migrations;
import io.amp.adapters.query.CalciteQueryEngine;
import io.amp.adapters.query.QueryEngineSettings;
import io.amp.adapters.sources.evmrpc.EvmRpcConnector;
import io.amp.core.Amp;
import io.amp.core.concurrent.SystemClock;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService.QueryResult;
import io.amp.ports.runtime.Metrics;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;

/** Amp inside a program of its own: the example of the README, which {@link EmbeddingIT} runs. */
final class EmbeddingExample {
    private EmbeddingExample() {}

    static void run(Path folder, Path cacheFolder, String rpcUrl, PrintStream out) throws InterruptedException {
        var clock = new SystemClock();
        try (var allocator = new RootAllocator();
                var postgres = ManagedPostgres.start(folder.resolve("metadb"), cacheFolder, null);
                var cache = new SegmentFileCache(cacheFolder.resolve("segments"), 1 << 30);
                var data = new LocalObjectStore(folder.resolve("data"));
                var manifests = new LocalObjectStore(folder.resolve("manifests"));
                var files = new LocalObjectStore(folder.resolve("providers"))) {
            var settings = PostgresSettings.of(postgres.url()).withDataUrl(data.url());
            new Migrations(settings).prepare(true);
            var segments = new ParquetSegmentStore(data, SegmentFormat.defaults(), cache, 2);
            try (var metadata = new PostgresMetadataStore(settings, JobTimings.DEFAULT);
                    var engine = new CalciteQueryEngine(
                            segments, allocator, QueryEngineSettings.reading(List.of(folder.resolve("data"))));
                    Amp amp = Amp.builder()
                            .metadata(metadata)
                            .manifests(manifests)
                            .data(data, segments)
                            .providers(new TomlProviderStore(files, clock))
                            .connector(new EvmRpcConnector(allocator, clock, Metrics.none()))
                            .queryEngine(engine)
                            .worker("embedded")
                            .controller()
                            .build()) {
                amp.start();
                amp.providers().save("node", Map.of("kind", "evm-rpc", "network", "anvil", "url", rpcUrl));
                DatasetVersion eth = amp.datasets()
                        .register(new DatasetName("_", "eth"), "{\"kind\":\"evm-rpc\",\"network\":\"anvil\"}", null);
                Job job = amp.jobs().deploy(new DeployRequest(eth, new EndBlock.Latest(), 1, VerifyMode.OFF, null));
                var _ = amp.awaitEnd(job.id(), Duration.ofMinutes(1)).orElseThrow();
                var query = amp.queries().plan(QueryRequest.of("SELECT count(*), max(block_num) FROM eth.blocks"));
                try (QueryResult result = amp.queries().execute(query)) {
                    for (RecordBatch batch; (batch = result.batches().next()) != null; batch.close()) {
                        out.println(batch.root().contentToTSVString());
                    }
                }
            }
        }
    }
}
