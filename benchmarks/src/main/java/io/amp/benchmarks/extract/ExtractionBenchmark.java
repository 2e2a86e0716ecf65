package io.amp.benchmarks.extract;

import io.amp.benchmarks.server.DevServer;
import io.amp.benchmarks.server.MeasuredProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Extraction from a {@link DenseNode} by an {@code ampd dev} with 512 MiB of heap, each in its own process on the same machine: as it is,
 * with every block verified, and with a node that waits 20 ms before each answer; in rounds, in one {@code ampd}, after an extraction that
 * is not measured, which warms it up.
 */
public final class ExtractionBenchmark {
    private static final int ROUNDS = 3;
    private static final Map<String, Integer> ROWS_PER_BLOCK = Map.of("blocks", 1, "transactions", 348, "logs", 719);

    private final int blocks;
    private final int rounds;
    private final Path folder;
    private final PrintStream out;
    private String node = "";

    /** What one case took. */
    record Figures(String name, int blocks, double seconds, double cpuSeconds, Map<String, Long> bytesByTable) {
        double blocksPerSecond() {
            return blocks / seconds;
        }
    }

    ExtractionBenchmark(int blocks, int rounds, Path folder, PrintStream out) {
        this.blocks = blocks;
        this.rounds = rounds;
        this.folder = folder;
        this.out = out;
    }

    /** @param arguments number of blocks, 2000 when left out; they take 1.3 MB of disk each, in the folder for temporary files */
    public static void main(String... arguments) throws Exception {
        int blocks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
        Path folder = Files.createTempDirectory("amp-extraction");
        new ExtractionBenchmark(blocks, ROUNDS, folder, System.out).run();
    }

    List<Figures> run() throws Exception {
        List<Figures> figures = new ArrayList<>();
        try (MeasuredProcess dense = MeasuredProcess.java(
                Map.of(),
                List.of(
                        "-Xmx1g",
                        DenseNode.class.getName(),
                        folder.resolve("node").toString(),
                        Integer.toString(blocks)))) {
            String[] ready = dense.awaitLine(line -> line.startsWith("http")).split(" ");
            node = ready[0];
            double megabytesPerBlock = Double.parseDouble(ready[1]) / blocks / 1e6;
            out.printf(Locale.ROOT, "%d blocks of %.2f MB of JSON%n", blocks, megabytesPerBlock);
            out.printf(Locale.ROOT, "the node alone serves %.0f blocks/s%n", servedPerSecond());
            try (DevServer ampd = DevServer.start(folder.resolve(".amp"))) {
                ampd.useNode(node);
                extract(ampd, "warm-up", true);
                for (int round = 1; round <= rounds; round++) {
                    figures.add(extract(ampd, "plain " + round, false));
                    figures.add(extract(ampd, "verified " + round, true));
                    nodeLatency(20);
                    figures.add(extract(ampd, "latency 20 ms " + round, false));
                    nodeLatency(0);
                }
                report(figures, megabytesPerBlock, ampd.process().peakResidentMib());
            }
        }
        return figures;
    }

    /** What the node can do when nobody decodes: four connections fetch blocks and receipts for two seconds. */
    private double servedPerSecond() throws Exception {
        var next = new AtomicInteger();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(2);
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(pool.submit(() -> {
                    try (var connection = new PlainConnection(URI.create(node))) {
                        while (System.nanoTime() < end) {
                            String number = "\"" + DenseChain.quantity(next.getAndIncrement() % blocks) + "\"";
                            connection.call("eth_getBlockByNumber", number + ",true");
                            connection.call("eth_getBlockReceipts", number);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return next.get() / ((System.nanoTime() - start) / 1e9);
    }

    private void nodeLatency(int milliseconds) throws IOException {
        try (var connection = new PlainConnection(URI.create(node))) {
            connection.call("bench_setLatency", "\"" + milliseconds + "\"");
        }
    }

    private Figures extract(DevServer ampd, String name, boolean verify) throws Exception {
        double cpu = ampd.process().cpuSeconds();
        long start = System.nanoTime();
        Map<String, Long> bytes = ampd.extract(name.replaceAll("\\W", "_"), blocks, verify);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Figures(name, blocks, seconds, ampd.process().cpuSeconds() - cpu, bytes);
    }

    private void report(List<Figures> figures, double megabytesPerBlock, long residentMib) {
        out.println("case              blocks/s     MB/s  CPU s/1000 blocks");
        for (Figures one : figures) {
            out.printf(
                    Locale.ROOT,
                    "%-16s %9.0f %8.0f %18.2f%n",
                    one.name(),
                    one.blocksPerSecond(),
                    one.blocksPerSecond() * megabytesPerBlock,
                    one.cpuSeconds() * 1000 / one.blocks());
        }
        double plain = medianSpeed(figures, "plain");
        out.printf(
                Locale.ROOT,
                "medians: plain %.0f blocks/s, verified %.2f of it, latency 20 ms %.2f of it%n",
                plain,
                medianSpeed(figures, "verified") / plain,
                medianSpeed(figures, "latency") / plain);
        Figures first = figures.getFirst();
        first.bytesByTable()
                .forEach((table, bytes) -> out.printf(
                        Locale.ROOT,
                        "%s: %.1f bytes per row%n",
                        table,
                        (double) bytes / first.blocks() / ROWS_PER_BLOCK.getOrDefault(table, 1)));
        out.println("peak resident memory " + residentMib + " MiB, heap at most 512 MiB");
    }

    private static double medianSpeed(List<Figures> figures, String kind) {
        double[] speeds = figures.stream()
                .filter(one -> one.name().startsWith(kind))
                .mapToDouble(Figures::blocksPerSecond)
                .sorted()
                .toArray();
        return speeds[speeds.length / 2];
    }
}
