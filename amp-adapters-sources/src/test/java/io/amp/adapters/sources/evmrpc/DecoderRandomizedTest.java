package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.net.Bodies;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.batch.BatchRows;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmBlockMaker;
import io.amp.testkit.chain.EvmJson;
import io.amp.testkit.chain.EvmTables;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/**
 * Made-up blocks written in random ways. Where a change of the JSON changes the rows, the same change is made to the expected rows by the
 * words of the specification, so the expectation never comes from the decoder.
 */
class DecoderRandomizedTest {
    private static final NetworkId NETWORK = new NetworkId("anvil");
    private static final List<String> NUMBERS = List.of(
            "number",
            "timestamp",
            "difficulty",
            "totalDifficulty",
            "gasLimit",
            "gasUsed",
            "baseFeePerGas",
            "blobGasUsed",
            "excessBlobGas",
            "gas",
            "gasPrice",
            "maxFeePerGas",
            "maxPriorityFeePerGas",
            "maxFeePerBlobGas",
            "nonce",
            "value",
            "type",
            "chainId",
            "v",
            "yParity",
            "cumulativeGasUsed",
            "status",
            "logIndex",
            "transactionIndex",
            "blockNumber");

    private final long seed = Long.getLong("amp.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final BlockDecoder decoder = new BlockDecoder();

    @Test
    void everyWayOfWritingABlockGivesItsRows() {
        try (BufferAllocator allocator = new RootAllocator()) {
            for (int round = 0; round < 400; round++) {
                int transactionsMax = random.nextInt(12);
                EvmBlock block = new EvmBlockMaker(transactionsMax)
                        .make(random.nextInt(1 << 28), BlockHash.ZERO, random.nextLong());
                Map<String, List<Map<String, Object>>> expected = copyOfRows(block);
                ObjectNode json = EvmJson.block(block, true);
                ArrayNode receipts = EvmJson.receipts(block);
                changeHeader(json, expected.get("blocks").getFirst());
                for (int i = 0; i < block.transactions().size(); i++) {
                    changeTransaction(
                            (ObjectNode) json.get("transactions").get(i),
                            expected.get("transactions").get(i));
                    changeReceipt(
                            (ObjectNode) receipts.get(i),
                            expected.get("transactions").get(i));
                }
                rewriteNumbers(json);
                rewriteNumbers(receipts);
                LooseJson writer = new LooseJson(random, random.nextInt(40));
                String blockText = writer.write(answer(json));
                String receiptText = writer.write(answer(receipts));
                List<RpcResult> receiptAnswers =
                        block.transactions().isEmpty() ? List.of() : List.of(result(receiptText));
                try (BlockRows rows = decoder.decode(
                                block.number(), NETWORK, result(blockText), receiptAnswers, EvmTables.all(), allocator)
                        .rows()) {
                    expected.forEach((table, wanted) -> assertThat(
                                    BatchRows.read(rows.tables().get(table)))
                            .as("%s, -Damp.seed=%s", table, seed)
                            .isEqualTo(wanted));
                } catch (WrongDataException | MalformedJsonException e) {
                    fail("-Damp.seed=" + seed + ": " + e.getMessage() + "\n" + blockText + "\n" + receiptText, e);
                }
            }
        }
    }

    @Test
    void damagedTextNeverDoesMoreThanFail() {
        try (BufferAllocator allocator = new RootAllocator()) {
            int refused = 0;
            for (int round = 0; round < 3000; round++) {
                EvmBlock block = new EvmBlockMaker(3).make(random.nextInt(1000), BlockHash.ZERO, random.nextLong());
                byte[] blockText = answer(EvmJson.block(block, true)).toString().getBytes(StandardCharsets.UTF_8);
                byte[] receiptText = answer(EvmJson.receipts(block)).toString().getBytes(StandardCharsets.UTF_8);
                boolean cut = random.nextBoolean();
                if (random.nextBoolean()) {
                    blockText = cut ? cut(blockText) : damaged(blockText);
                } else {
                    receiptText = cut ? cut(receiptText) : damaged(receiptText);
                }
                try {
                    decoder.decode(
                                    block.number(),
                                    NETWORK,
                                    new RpcResult(Bodies.of(blockText)),
                                    List.of(new RpcResult(Bodies.of(receiptText))),
                                    EvmTables.all(),
                                    allocator)
                            .rows()
                            .close();
                    assertThat(cut).as("cut text passed, -Damp.seed=%s", seed).isFalse();
                } catch (MalformedJsonException | WrongDataException | RpcErrorException e) {
                    refused++;
                } catch (RuntimeException e) {
                    fail("-Damp.seed=" + seed, e);
                }
            }
            assertThat(refused).isGreaterThan(1500);
        }
    }

    private byte[] cut(byte[] text) {
        return Arrays.copyOf(text, random.nextInt(text.length));
    }

    private byte[] damaged(byte[] text) {
        byte[] damaged = text.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    private void changeHeader(ObjectNode json, Map<String, Object> row) {
        maybe(() -> {
            json.remove("gasLimit");
            row.put("gas_limit", 0L);
        });
        maybe(() -> {
            json.putNull("gasUsed");
            row.put("gas_used", 0L);
        });
        maybe(() -> {
            json.remove("mixHash");
            row.put("mix_hash", "00".repeat(32));
        });
        maybe(() -> {
            json.remove("nonce");
            row.put("nonce", 0L);
        });
        maybe(() -> {
            json.put("stateRoot", random.nextBoolean() ? "0x" : "");
            row.put("state_root", "00".repeat(32));
        });
        maybe(() -> json.set("author", json.remove("miner")));
        maybe(() -> {
            json.put("totalDifficulty", "0x" + BigInteger.TEN.pow(38).toString(16));
            row.put("total_difficulty", null);
        });
        maybe(() -> {
            BigInteger most = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);
            json.put("difficulty", "0x" + most.toString(16));
            row.put("difficulty", most);
        });
        maybe(() -> {
            json.putNull("withdrawalsRoot");
            row.put("withdrawals_root", null);
        });
    }

    private void changeTransaction(ObjectNode json, Map<String, Object> row) {
        long type = (Long) row.get("type");
        maybe(() -> json.set("data", json.remove("input")));
        if (type >= 1 && type <= 4) {
            maybe(() -> json.remove("yParity"));
        }
        if (type == 0) {
            maybe(() -> json.remove("type"));
        }
        if (row.get("to") == null) {
            maybe(() -> json.remove("to"));
        }
        if (type == 126) {
            maybe(() -> {
                json.remove(List.of("nonce", "gas", "value", "input", "data", "r", "s", "v", "gasPrice"));
                row.put("nonce", 0L);
                row.put("gas_limit", 0L);
                row.put("value", "0");
                row.put("input", "");
            });
            maybe(() -> {
                // An unknown type keeps no signature, whatever it sends.
                json.put("r", "0x1").put("s", "0x2").put("v", "0x1").put("sourceHash", "0x" + "33".repeat(32));
            });
        }
        if (type >= 2) {
            maybe(() -> {
                json.remove("maxFeePerGas");
                row.put("max_fee_per_gas", BigInteger.ZERO);
            });
            maybe(() -> {
                json.remove("maxPriorityFeePerGas");
                row.put("max_priority_fee_per_gas", null);
            });
        }
        if (type == 0) {
            maybe(() -> {
                json.putArray("accessList");
                json.put("maxPriorityFeePerGas", "0x5");
            });
        }
    }

    private void changeReceipt(ObjectNode json, Map<String, Object> row) {
        maybe(() -> {
            json.remove("status");
            json.put("root", "0x" + "5a".repeat(32));
            row.put("status", true);
            row.put("state_root", "5a".repeat(32));
        });
        maybe(() -> {
            if (json.has("status")) {
                json.put("root", "0x" + "5a".repeat(32));
            }
        });
        maybe(() -> json.remove("gasUsed"));
        maybe(() -> json.remove("blockHash"));
        maybe(() -> json.get("logs")
                .forEach(log -> ((ObjectNode) log)
                        .remove(List.of("transactionHash", "transactionIndex", "blockHash", "blockNumber"))));
    }

    private void maybe(Runnable change) {
        if (random.nextInt(6) == 0) {
            change.run();
        }
    }

    /** Quantities as hex of any form, decimal text or JSON number; the letter case of all hex at random. */
    private void rewriteNumbers(JsonNode node) {
        if (node.isArray()) {
            node.forEach(this::rewriteNumbers);
            return;
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        for (String field : new ArrayList<>(
                object.properties().stream().map(Map.Entry::getKey).toList())) {
            JsonNode value = object.get(field);
            if (value.isContainerNode()) {
                rewriteNumbers(value);
            } else if (NUMBERS.contains(field) && value.isTextual()) {
                BigInteger number = new BigInteger(value.textValue().substring(2), 16);
                switch (random.nextInt(8)) {
                    case 0 -> object.put(field, "0x" + "0".repeat(random.nextInt(70)) + number.toString(16));
                    case 1 -> object.put(field, number.toString());
                    case 2 -> object.put(field, number);
                    case 3 -> object.put(field, "0X" + number.toString(16).toUpperCase(Locale.ROOT));
                    default -> object.put(field, "0x" + number.toString(16));
                }
            } else if (value.isTextual() && value.textValue().startsWith("0x") && random.nextInt(4) == 0) {
                object.put(field, "0x" + value.textValue().substring(2).toUpperCase(Locale.ROOT));
            }
        }
    }

    private ObjectNode answer(JsonNode result) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("jsonrpc", "2.0").put("id", 7);
        answer.set("result", result);
        return answer;
    }

    private static RpcResult result(String text) {
        return new RpcResult(Bodies.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, List<Map<String, Object>>> copyOfRows(EvmBlock block) {
        Map<String, List<Map<String, Object>>> copy = new LinkedHashMap<>();
        for (String table : List.of("blocks", "transactions", "logs")) {
            List<Map<String, Object>> rows = new ArrayList<>();
            block.rows(table).forEach(row -> rows.add(new LinkedHashMap<>(row)));
            copy.put(table, rows);
        }
        return copy;
    }
}
