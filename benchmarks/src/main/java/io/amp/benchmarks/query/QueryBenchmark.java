package io.amp.benchmarks.query;

import io.amp.benchmarks.extract.DenseNode;
import io.amp.benchmarks.server.DevServer;
import io.amp.benchmarks.server.MeasuredProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Queries over the logs of extracted dense blocks (719 a block): an {@code ampd dev} in its own process asked over Flight and JSON Lines,
 * alternating with DuckDB in this process on the same files. Answers are compared.
 */
@SuppressWarnings("try") // closing Flight clients may be interrupted
public final class QueryBenchmark {
    private static final String TABLE = "'bench/dense'.logs";
    private static final String TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    private static final int ROUNDS = 7;
    private static final int BLOCKS = 7000;
    private static final Duration WARM_UP_OF_ALL = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(4);

    private final int blocks;
    private final int rounds;
    private final Path folder;
    private final PrintStream out;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Medians in milliseconds. */
    record Figures(String name, long rows, double engine, double flight, double jsonLines) {}

    QueryBenchmark(int blocks, int rounds, Path folder, PrintStream out) {
        this.blocks = blocks;
        this.rounds = rounds;
        this.folder = folder;
        this.out = out;
    }

    /** @param arguments number of blocks; 7000, with 5 million logs, when left out; they take 1.5 MB of disk each while it runs */
    public static void main(String... arguments) throws Exception {
        int blocks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : BLOCKS;
        new QueryBenchmark(blocks, ROUNDS, Files.createTempDirectory("amp-queries"), System.out).run();
    }

    List<Figures> run() throws Exception {
        Path amp = folder.resolve(".amp");
        try (DevServer ampd = DevServer.start(amp)) {
            extract(ampd);
            try (BufferAllocator allocator = new RootAllocator();
                    BareEngine engine = new BareEngine(ampd.data(), "logs", allocator);
                    FlightClient flight = FlightClient.builder(
                                    allocator, Location.forGrpcInsecure("127.0.0.1", ampd.flightPort()))
                            .build()) {
                List<QueryCase> cases = QueryCase.all(sample(flight), blocks);
                warmUp(cases, ampd, flight);
                out.println("query                   rows   DuckDB ms   Flight ms  ratio  JSON Lines ms  ratio");
                List<Figures> all = new ArrayList<>();
                for (QueryCase one : cases) {
                    all.add(measure(one, ampd, engine, flight));
                }
                out.println("peak resident memory of ampd " + ampd.process().peakResidentMib() + " MiB");
                return all;
            }
        }
    }

    private void extract(DevServer ampd) throws Exception {
        try (MeasuredProcess node = MeasuredProcess.java(
                Map.of(),
                List.of(
                        "-Xmx1g",
                        DenseNode.class.getName(),
                        folder.resolve("node").toString(),
                        Integer.toString(blocks)))) {
            ampd.useNode(node.awaitLine(line -> line.startsWith("http")).split(" ")[0]);
            ampd.extract("dense", blocks, false);
        }
    }

    private QueryCase.Sample sample(FlightClient flight) throws Exception {
        String sql = "SELECT max(tx_hash), address FROM " + TABLE + " GROUP BY address ORDER BY count(*) DESC LIMIT 1";
        try (FlightStream stream = flight.getStream(ticket(sql))) {
            while (stream.next()) {
                if (stream.getRoot().getRowCount() > 0) {
                    return new QueryCase.Sample(
                            HexFormat.of().formatHex((byte[])
                                    stream.getRoot().getVector(0).getObject(0)),
                            HexFormat.of().formatHex((byte[])
                                    stream.getRoot().getVector(1).getObject(0)),
                            TRANSFER);
                }
            }
        }
        throw new IllegalStateException("no logs");
    }

    /** Both programs compile their hot paths while they answer. */
    private void warmUp(List<QueryCase> cases, DevServer ampd, FlightClient flight) throws Exception {
        long end = System.nanoTime() + (rounds == 1 ? 0 : WARM_UP_OF_ALL.toNanos());
        while (System.nanoTime() < end) {
            for (QueryCase one : cases.subList(0, cases.size() - 1)) {
                String sql = one.amp().replace("LOGS", TABLE);
                byFlight(flight, sql);
                byJsonLines(ampd, sql);
            }
        }
    }

    private Figures measure(QueryCase one, DevServer ampd, BareEngine engine, FlightClient flight) throws Exception {
        String sql = one.amp().replace("LOGS", TABLE);
        Schema schema = flight.getInfo(FlightDescriptor.command(sql.getBytes(StandardCharsets.UTF_8)))
                .getSchemaOptional()
                .orElseThrow();
        List<Double> engineTimes = new ArrayList<>();
        List<Double> flightTimes = new ArrayList<>();
        List<Double> jsonTimes = new ArrayList<>();
        Answer expected = engine.run(one.engine(), schema);
        long start = System.nanoTime();
        while (engineTimes.size() < rounds
                || (System.nanoTime() - start < WARM_UP.plus(MEASURED).toNanos() && rounds > 1)) {
            boolean isWarm = rounds == 1 || System.nanoTime() - start > WARM_UP.toNanos();
            Answer byEngine = timed(isWarm ? engineTimes : null, () -> engine.run(one.engine(), schema));
            Answer byFlight = timed(isWarm ? flightTimes : null, () -> byFlight(flight, sql));
            long byJsonLines = timed(isWarm ? jsonTimes : null, () -> byJsonLines(ampd, sql));
            if (!byEngine.equals(expected) || !byFlight.equals(expected) || byJsonLines != expected.rows()) {
                throw new IllegalStateException(one.name() + ": answers differ: " + expected + ", " + byEngine + ", "
                        + byFlight + ", " + byJsonLines);
            }
        }
        var figures =
                new Figures(one.name(), expected.rows(), median(engineTimes), median(flightTimes), median(jsonTimes));
        out.printf(
                Locale.ROOT,
                "%-18s %9d %11.1f %11.1f %6.2f %14.1f %6.2f%n",
                figures.name(),
                figures.rows(),
                figures.engine(),
                figures.flight(),
                figures.flight() / figures.engine(),
                figures.jsonLines(),
                figures.jsonLines() / figures.engine());
        return figures;
    }

    private static <T> T timed(@Nullable List<Double> times, Callable<T> action) throws Exception {
        long start = System.nanoTime();
        T result = action.call();
        if (times != null) {
            times.add((System.nanoTime() - start) / 1e6);
        }
        return result;
    }

    private static Answer byFlight(FlightClient flight, String sql) throws Exception {
        try (FlightStream stream = flight.getStream(ticket(sql))) {
            var answer = new Answer.Builder();
            while (stream.next()) {
                answer.add(stream.getRoot());
            }
            return answer.build();
        }
    }

    /** Reads everything and counts the lines. */
    private long byJsonLines(DevServer ampd, String sql) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(
                HttpRequest.newBuilder(ampd.jsonLines())
                        .POST(HttpRequest.BodyPublishers.ofString(sql))
                        .build(),
                BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("JSON Lines answers " + answer.statusCode());
        }
        long lines = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream body = answer.body()) {
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    private static Ticket ticket(String sql) {
        return new Ticket(sql.getBytes(StandardCharsets.UTF_8));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
