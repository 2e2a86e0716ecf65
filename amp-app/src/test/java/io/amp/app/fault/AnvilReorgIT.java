package io.amp.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.app.fault.ChainAudit.Expected;
import io.amp.testkit.chain.AnvilNode;
import io.amp.testkit.chain.ReferenceDecoder;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real node that reorganises: the tables end equal to its chain, in every column. */
class AnvilReorgIT {
    private static final String NETWORK = "anvil";
    private static final Duration SETTLED_MAX = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final Seed seed = Seed.next("AnvilReorgIT");
    private final SplittableRandom random = seed.random();

    @Test
    @Timeout(150)
    void aReorgOfFiveBlocksIsFollowed(@TempDir Path folder) throws Exception {
        try (Stand stand = new Stand(folder, 80)) {
            stand.sample(20);
            stand.reorgAtTheHead(5);
            stand.sample(20);
        }
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void everyDepthAtEveryMoment(@TempDir Path folder) throws Exception {
        try (Stand stand = new Stand(folder, 2000)) {
            stand.sample(200);
            stand.everyKindWasThere();
            for (int depth : new int[] {1, 5, 40}) {
                stand.reorgAtTheHead(depth);
                stand.reorgTwice(depth);
                stand.reorgWhileStopped(depth);
                stand.reorgDuringCatchUp(depth);
            }
            stand.sample(200);
        }
    }

    /** A process that follows the node. */
    private final class Stand implements AutoCloseable {
        private final AnvilNode node = AnvilNode.start();
        private final HttpClient http = HttpClient.newHttpClient();
        private final NodeLine line = NodeLine.to(node.httpUrl(), http);
        private final AnvilTraffic traffic = new AnvilTraffic(node, random);
        private final DevProcess amp;
        private ChainAudit audit;
        private String dataset = "reorg";

        Stand(Path folder, int blocks) throws Exception {
            amp = new DevProcess(folder);
            audit = new ChainAudit(amp, dataset);
            try {
                traffic.mine(blocks);
                amp.start();
                amp.awaitReady();
                amp.addProvider(NETWORK, line.url());
                amp.follow(dataset, NETWORK, 2);
                settle("at the start");
            } catch (Exception | Error e) {
                close();
                throw e;
            }
        }

        private void settle(String after) throws Exception {
            long since = System.nanoTime();
            List<Expected> chain = chain();
            audit.awaitEqual(SETTLED_MAX, chain);
            seed.say("  " + chain.size() + " blocks equal "
                    + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms later: " + after);
        }

        void reorgAtTheHead(int depth) throws Exception {
            node.reorg(depth);
            settle("a reorg of " + depth + " to the same height");
            node.reorg(depth);
            traffic.mine(3);
            settle("a reorg of " + depth + " and three blocks");
        }

        void reorgTwice(int depth) throws Exception {
            node.reorg(depth);
            node.reorg(depth);
            traffic.mine(2);
            settle("two reorgs of " + depth + " in a row");
            node.reorg(depth);
            traffic.mine(1);
            node.reorg(depth);
            traffic.mine(1);
            settle("two reorgs of " + depth + " with a block between");
        }

        void reorgWhileStopped(int depth) throws Exception {
            assertThat(amp.stop()).isZero();
            node.reorg(depth);
            traffic.mine(2);
            amp.start();
            amp.awaitReady();
            settle("a reorg of " + depth + " while stopped");
        }

        /** A second dataset starts from nothing, over a slow line. */
        void reorgDuringCatchUp(int depth) throws Exception {
            ChainAudit followed = audit;
            dataset = "catchup" + depth;
            line.latency(Duration.ofMillis(150));
            // Another manifest each time: the same one would be the same tables.
            long start = depth;
            amp.followFrom(dataset, NETWORK, 1, start);
            audit = new ChainAudit(amp, dataset);
            long head = node.blockNumber();
            amp.eventually(SETTLED_MAX, "catching up", () -> audit.highest() >= 0);
            long reached = audit.highest();
            node.reorg(depth);
            traffic.mine(2);
            line.latency(Duration.ZERO);
            List<Expected> chain = chain();
            audit.awaitEqual(
                    SETTLED_MAX,
                    chain.stream().filter(block -> block.number() >= start).toList());
            seed.say("  equal after a reorg of " + depth + " during catch-up, at block " + reached + " of " + head);
            audit = followed;
            dataset = "reorg";
            settle("the first dataset after it");
        }

        private List<Expected> chain() {
            long head = node.blockNumber();
            Map<Long, Long> logs = new HashMap<>();
            node.call("eth_getLogs", Map.of("fromBlock", "0x0", "toBlock", "latest"))
                    .forEach(
                            log -> logs.merge(Long.decode(log.get("blockNumber").textValue()), 1L, Long::sum));
            List<Expected> chain = new ArrayList<>();
            for (long number = 0; number <= head; number++) {
                JsonNode block = node.call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
                chain.add(new Expected(
                        number,
                        Expected.bare(block.get("hash").textValue()),
                        Expected.bare(block.get("parentHash").textValue()),
                        block.get("transactions").size(),
                        logs.getOrDefault(number, 0L)));
            }
            return chain;
        }

        void everyKindWasThere() throws Exception {
            Map<String, Long> kinds = new TreeMap<>();
            for (JsonNode row : amp.rows(
                    "SELECT type, status, count(*) AS n FROM 'test/reorg'.transactions GROUP BY type, status")) {
                kinds.put(
                        row.get("type").asText() + " " + row.get("status").asText(),
                        row.get("n").asLong());
            }
            seed.say("  transactions by type and success: " + kinds);
            assertThat(kinds).containsKeys("0 true", "1 true", "2 true", "2 false", "3 true", "4 true");
            assertThat(amp.rows("SELECT 1 AS one FROM 'test/reorg'.transactions WHERE \"to\" IS NULL LIMIT 1"))
                    .as("deployments")
                    .hasSize(1);
        }

        /** Every column of every table, of blocks drawn at random, against the node's own answers. */
        void sample(int blocks) throws Exception {
            long head = node.blockNumber();
            TreeSet<Long> drawn = new TreeSet<>(List.of(0L, head));
            for (int i = 0; i < blocks; i++) {
                drawn.add(random.nextLong(head + 1));
            }
            String numbers = drawn.stream().map(String::valueOf).collect(Collectors.joining(", "));
            Map<String, List<JsonNode>> expected = new HashMap<>(
                    Map.of("blocks", new ArrayList<>(), "transactions", new ArrayList<>(), "logs", new ArrayList<>()));
            for (long number : drawn) {
                String tag = "0x" + Long.toHexString(number);
                JsonNode block = node.call("eth_getBlockByNumber", tag, true);
                JsonNode receipts = node.call("eth_getBlockReceipts", tag);
                expected.get("blocks").add(comparable(ReferenceDecoder.block(block)));
                ReferenceDecoder.transactions(block, receipts)
                        .forEach(row -> expected.get("transactions").add(comparable(row)));
                ReferenceDecoder.logs(block, receipts)
                        .forEach(row -> expected.get("logs").add(comparable(row)));
            }
            Map<String, String> order = Map.of(
                    "blocks", "block_num", "transactions", "block_num, tx_index", "logs", "block_num, log_index");
            Map<String, Integer> counts = new TreeMap<>();
            for (Map.Entry<String, List<JsonNode>> table : expected.entrySet()) {
                List<JsonNode> found = amp
                        .rows("SELECT * FROM 'test/reorg'." + table.getKey() + " WHERE block_num IN (" + numbers
                                + ") ORDER BY " + order.get(table.getKey()))
                        .stream()
                        .map(row -> comparable(row, ""))
                        .toList();
                assertThat(found).as(table.getKey()).isEqualTo(table.getValue());
                counts.put(table.getKey(), found.size());
            }
            seed.say("  rows equal to the node's in every column: " + counts);
        }

        private JsonNode comparable(Map<String, Object> row) {
            ObjectNode object = JSON.createObjectNode();
            row.forEach((name, value) -> object.set(name, node(value)));
            return comparable(object, "");
        }

        private JsonNode node(Object value) {
            return switch (value) {
                case null -> JSON.nullNode();
                case Instant time -> JSON.getNodeFactory().textNode(time.toString());
                case List<?> list -> {
                    ArrayNode items = JSON.createArrayNode();
                    list.forEach(item -> items.add(node(item)));
                    yield items;
                }
                case Map<?, ?> map -> {
                    ObjectNode members = JSON.createObjectNode();
                    map.forEach((name, member) -> members.set((String) name, node(member)));
                    yield members;
                }
                default -> JSON.getNodeFactory().textNode(value.toString());
            };
        }

        /** Nulls left out, scalars as text, times in one notation. */
        private JsonNode comparable(JsonNode value, String name) {
            return switch (value) {
                case ObjectNode object -> {
                    ObjectNode kept = JSON.createObjectNode();
                    object.properties().stream()
                            .filter(member -> !member.getValue().isNull())
                            .sorted(Map.Entry.comparingByKey())
                            .forEach(member ->
                                    kept.set(member.getKey(), comparable(member.getValue(), member.getKey())));
                    yield kept;
                }
                case ArrayNode array -> {
                    ArrayNode items = JSON.createArrayNode();
                    array.forEach(item -> items.add(comparable(item, name)));
                    yield items;
                }
                default ->
                    JSON.getNodeFactory()
                            .textNode(
                                    name.equals("timestamp")
                                            ? Instant.parse(value.asText()).toString()
                                            : value.asText());
            };
        }

        @Override
        public void close() {
            amp.close();
            line.close();
            node.close();
            http.close();
        }
    }
}
