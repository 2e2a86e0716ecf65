package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.testkit.chain.ChainData;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static RunningDemo demo;

    @BeforeAll
    static void start() throws Exception {
        demo = RunningDemo.start(folder, Map.of());
    }

    @AfterAll
    static void oneSignalEndsEverythingCleanly() throws Exception {
        assertThat(demo.interrupt()).isZero();
        assertThat(demo.err()).isEmpty();
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
        assertThat(demo.out().lines().filter(line -> line.startsWith("curl -X POST " + demo.jsonLines())))
                .hasSize(3);
        assertThat(demo.answers()).isEqualTo(9);
        assertThat(demo.out()).contains("(demo/base) COMPLETED", "(demo/mainnet) COMPLETED");
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
                HttpRequest.newBuilder(demo.jsonLines())
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofString(sql))
                        .build(),
                BodyHandlers.ofString());
    }
}
