package io.amp.app.demo;

import io.amp.app.node.AmpNode;
import io.amp.app.node.AmpProcess;
import io.amp.app.node.AmpProcess.Part;
import io.amp.app.node.Closer;
import io.amp.app.node.StopSignal;
import io.amp.core.dataset.ManifestGenerator;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl.DeployRequest;
import io.amp.ports.job.JobControl.TableProgress;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.VerifyMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Extracts recorded blocks from built-in nodes and shows three queries with their answers. */
public final class Demo implements AutoCloseable {
    private static final SemanticVersion VERSION = new SemanticVersion("1.0.0");
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final String NAMESPACE = "demo";

    private static final List<String> QUERIES = List.of(
            "SELECT block_num, timestamp, gas_used, base_fee_per_gas FROM 'demo/base'.blocks ORDER BY block_num",
            "SELECT address, count(*) AS logs FROM 'demo/mainnet'.logs GROUP BY address ORDER BY logs DESC, address LIMIT 3",
            "SELECT tx_hash, transfer['from'] AS sender, transfer['to'] AS receiver, transfer['value'] AS amount FROM ("
                    + "SELECT tx_hash, log_index, evm_decode_log(topic1, topic2, topic3, data,"
                    + " 'Transfer(address indexed from, address indexed to, uint256 value)') AS transfer"
                    + " FROM 'demo/mainnet'.logs"
                    + " WHERE topic0 = evm_topic('Transfer(address indexed from, address indexed to, uint256 value)')"
                    + " AND topic3 IS NULL) AS transfers ORDER BY log_index LIMIT 3");

    private final AmpNode node;
    private final AmpProcess process;
    private final PrintWriter out;
    private final Closer nodes = new Closer();

    public Demo(AmpNode node, AmpProcess process, PrintWriter out) {
        this.node = node;
        this.process = process;
        this.out = out;
    }

    /** Returns when the answers are on the screen, or when a stop was requested meanwhile. */
    public void run(StopSignal stop) throws IOException, InterruptedException {
        Map<RecordedChain, Job> jobs = new LinkedHashMap<>();
        for (RecordedChain chain : List.of(RecordedChain.base(), RecordedChain.mainnet())) {
            jobs.put(chain, deploy(chain, stop));
        }
        for (Map.Entry<RecordedChain, Job> entry : jobs.entrySet()) {
            if (!follow(entry.getKey(), entry.getValue(), stop)) {
                return;
            }
        }
        for (String sql : QUERIES) {
            ask(sql);
        }
    }

    private Job deploy(RecordedChain chain, StopSignal stop) throws IOException, InterruptedException {
        ReplayNode replay = nodes.add("replay node", new ReplayNode(chain));
        Map<String, @Nullable Object> provider = new TreeMap<>();
        provider.put("kind", "evm-rpc");
        provider.put("network", chain.network());
        provider.put("url", replay.url());
        node.providers().save("demo-" + chain.network(), provider);
        DatasetVersion dataset = node.datasets()
                .register(
                        new DatasetName(NAMESPACE, chain.network()),
                        ManifestGenerator.generate(
                                        "evm-rpc",
                                        chain.network(),
                                        chain.blocks().firstKey(),
                                        false)
                                .canonicalText(),
                        VERSION);
        out.printf(
                "registered %s: blocks %d to %d of %s, served by %s%n",
                dataset.name(), chain.blocks().firstKey(), chain.blocks().lastKey(), chain.network(), replay.url());
        return deployWhenAWorkerIsThere(
                new DeployRequest(
                        dataset, new EndBlock.Absolute(chain.blocks().lastKey()), 1, VerifyMode.PARTIAL, null),
                stop);
    }

    private Job deployWhenAWorkerIsThere(DeployRequest request, StopSignal stop) throws InterruptedException {
        while (node.metadata().workers().list().isEmpty() && !stop.isRequested()) {
            node.clock().sleep(LOOK);
        }
        return node.jobs().deploy(request);
    }

    /** @return false when a stop was requested before the job ended */
    private boolean follow(RecordedChain chain, Job deployed, StopSignal stop) throws InterruptedException {
        String shown = "";
        while (!stop.isRequested()) {
            Job job = node.jobs().find(deployed.id()).orElse(deployed);
            String line = line(chain, job);
            if (!line.equals(shown)) {
                out.println(line);
                shown = line;
            }
            if (job.status().isTerminal()) {
                if (job.status() != JobStatus.COMPLETED) {
                    throw new IllegalStateException("the demo's job ended as " + job.status() + ": "
                            + (job.error() == null
                                    ? "unknown cause"
                                    : job.error().message()));
                }
                return true;
            }
            node.clock().sleep(LOOK);
        }
        return false;
    }

    private String line(RecordedChain chain, Job job) {
        List<String> tables = new ArrayList<>();
        new TreeMap<>(node.jobs().progress(job.id()))
                .forEach((table, progress) -> tables.add(describe(table, progress)));
        return "job " + job.id() + " (" + NAMESPACE + "/" + chain.network() + ") " + job.status()
                + (tables.isEmpty() ? "" : ": " + String.join(", ", tables));
    }

    private static String describe(String table, TableProgress progress) {
        return progress.currentBlock() == null
                ? table + " empty"
                : table + " to block " + progress.currentBlock() + " (" + progress.totalSizeBytes() + " bytes)";
    }

    private void ask(String sql) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + process.port(Part.JSON_LINES) + "/");
        out.println();
        out.println("curl -X POST " + address + " --data \"" + sql + "\"");
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(
                            HttpRequest.newBuilder(address)
                                    .POST(HttpRequest.BodyPublishers.ofString(sql))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            out.print(answer);
            out.flush();
        }
    }

    /** Ends the replay nodes. */
    @Override
    public void close() {
        nodes.close();
    }
}
