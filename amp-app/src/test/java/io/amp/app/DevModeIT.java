package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.app.cli.AmpdCommand;
import io.amp.testkit.chain.ChainData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ampd dev --demo} as a user starts it, on embedded defaults, over its sockets. */
@Timeout(value = 180)
class DevModeIT {
    private static final Pattern ADDRESS = Pattern.compile("curl -X POST (http://127\\.0\\.0\\.1:\\d+)/");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;

    /** Released whenever the demo prints. */
    private static final Semaphore PROGRESS = new Semaphore(0);

    private static final StringWriter OUT = new StringWriter() {
        @Override
        public void flush() {
            PROGRESS.release();
        }
    };
    private static final StringWriter ERR = new StringWriter();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static CompletableFuture<Integer> exit;
    private static String address;

    @BeforeAll
    static void start() throws InterruptedException {
        Map<String, String> environment = Map.of(
                "AMP_CONFIG_FLIGHT_ADDR", "127.0.0.1:0",
                "AMP_CONFIG_JSONL_ADDR", "127.0.0.1:0",
                "AMP_CONFIG_ADMIN_API_ADDR", "127.0.0.1:0",
                "AMP_CACHE_DIR", System.getProperty("java.io.tmpdir") + "/amp-test-cache");
        exit = CompletableFuture.supplyAsync(() -> AmpdCommand.run(
                new PrintWriter(OUT, true),
                new PrintWriter(ERR, true),
                environment,
                "dev",
                "--demo",
                "--amp-dir",
                folder.resolve(".amp").toString()));
        while (demoAnswers() < 9) {
            if (exit.isDone()) {
                throw new AssertionError("ampd ended with " + exit.join() + ": " + ERR + OUT);
            }
            PROGRESS.tryAcquire(1, TimeUnit.SECONDS);
        }
        Matcher found = ADDRESS.matcher(OUT.toString());
        assertThat(found.find()).isTrue();
        address = found.group(1);
    }

    private static long demoAnswers() {
        return OUT.toString().lines().filter(line -> line.startsWith("{")).count();
    }

    @AfterAll
    static void oneSignalEndsEverythingCleanly() throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();
        assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(ERR.toString()).isEmpty();
        HTTP.close();
    }

    @ParameterizedTest
    @CsvSource({
        "base, blocks, block_num",
        "base, transactions, 'block_num, tx_index'",
        "base, logs, 'block_num, log_index'",
        "mainnet, blocks, block_num",
        "mainnet, transactions, 'block_num, tx_index'",
        "mainnet, logs, 'block_num, log_index'"
    })
    void extractedRowsAreTheExpectedOnes(String network, String table, String order) throws Exception {
        List<JsonNode> expected = new ArrayList<>();
        List<ChainData> blocks = network.equals("base")
                ? List.of(ChainData.BASE_1962303, ChainData.BASE_1962304, ChainData.BASE_1962305)
                : List.of(ChainData.MAINNET_15000000);
        for (ChainData block : blocks) {
            block.expected(table).forEach(row -> expected.add(comparable(row)));
        }
        List<JsonNode> found = rows("SELECT * FROM 'demo/" + network + "'." + table + " ORDER BY " + order).stream()
                .map(DevModeIT::comparable)
                .toList();
        assertThat(found).isEqualTo(expected);
    }

    /** Nulls left out and scalars as text, as the two notations differ in just that. */
    private static JsonNode comparable(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode kept = JSON.createObjectNode();
                object.properties().forEach(member -> {
                    if (!member.getValue().isNull()) {
                        kept.set(member.getKey(), comparable(member.getValue()));
                    }
                });
                yield kept;
            }
            case ArrayNode array -> {
                ArrayNode items = JSON.createArrayNode();
                array.forEach(item -> items.add(comparable(item)));
                yield items;
            }
            default -> JSON.getNodeFactory().textNode(value.asText());
        };
    }

    @Test
    void theDemoShowsThreeQueriesWithThreeRowsEach() {
        assertThat(OUT.toString().lines().filter(line -> line.startsWith("curl -X POST")))
                .hasSize(3);
        assertThat(demoAnswers()).isEqualTo(9);
        assertThat(OUT.toString()).contains("(demo/base) COMPLETED", "(demo/mainnet) COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM 'demo/base'.blocks LIMIT 10",
                "SELECT * FROM 'demo/base'.logs WHERE _block_num > 1962304",
                "SELECT COUNT(*) FROM \"demo/base\".blocks"
            })
    void theLinesOfTheDocumentsRunVerbatim(String sql) throws Exception {
        assertThat(rows(sql)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "SELEC 1, 400, SQL_PARSE_ERROR",
        "SELECT * FROM 'demo/none'.blocks, 404, DATASET_NOT_FOUND",
        "SELECT * FROM 'demo/base'.none, 404, TABLE_NOT_FOUND_ERROR",
        "SELECT none FROM 'demo/base'.blocks, 400, INVALID_PLAN",
        "DROP TABLE blocks, 400, INVALID_PLAN",
        "' ', 400, INVALID_SQL_STRING"
    })
    void badStatementsGetTheErrorOfTheSpecification(String sql, int status, String code) throws Exception {
        HttpResponse<String> answer = post(sql);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).get("error_code").asText()).isEqualTo(code);
        assertThat(answer.body()).doesNotContain("\tat ", folder.toString());
    }

    private static List<JsonNode> rows(String sql) throws Exception {
        HttpResponse<String> answer = post(sql);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().lines().map(DevModeIT::read).toList();
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static HttpResponse<String> post(String sql) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(address))
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(sql))
                        .build(),
                BodyHandlers.ofString());
    }
}
