package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * One real block: what a node answers, and the rows of an {@code evm-rpc} dataset made from it. The files and their limits are described
 * in {@code chain-data/README.md}. Every call reads the file again, so callers may change what they get.
 *
 * @param network {@code mainnet} or {@code base}
 */
public record ChainData(String network, long number) {
    public static final ChainData MAINNET_0 = new ChainData("mainnet", 0);
    public static final ChainData MAINNET_1 = new ChainData("mainnet", 1);
    /** Before Byzantium and before EIP-155. */
    public static final ChainData MAINNET_46147 = new ChainData("mainnet", 46147);
    /** London; 348 transactions, 719 logs. */
    public static final ChainData MAINNET_15000000 = new ChainData("mainnet", 15_000_000);

    public static final ChainData BASE_1962303 = new ChainData("base", 1_962_303);
    public static final ChainData BASE_1962304 = new ChainData("base", 1_962_304);
    public static final ChainData BASE_1962305 = new ChainData("base", 1_962_305);
    /** All 21 header fields; 414 transactions, 1546 logs. */
    public static final ChainData BASE_33411770 = new ChainData("base", 33_411_770);

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);

    /** The four mainnet blocks, by number. */
    public static List<ChainData> mainnet() {
        return List.of(MAINNET_0, MAINNET_1, MAINNET_46147, MAINNET_15000000);
    }

    /** The four Base blocks, by number; each has one transaction of type 126, its first. */
    public static List<ChainData> base() {
        return List.of(BASE_1962303, BASE_1962304, BASE_1962305, BASE_33411770);
    }

    /** Every block that is here with transactions and receipts. */
    public static List<ChainData> all() {
        var blocks = new ArrayList<>(mainnet());
        blocks.addAll(base());
        return List.copyOf(blocks);
    }

    /** Blocks of which only the header is known: {@link #header()} and {@link #expectedHeader()} work, nothing else does. */
    public static List<ChainData> headersOnly() {
        return List.of(new ChainData("base", 1_962_302), new ChainData("mainnet", 15_041_839));
    }

    /** Result of {@code eth_getBlockByNumber(number, true)}. */
    public ObjectNode block() {
        return (ObjectNode) node().get("block");
    }

    /** Result of {@code eth_getBlockReceipts(number)}; one element is the result of {@code eth_getTransactionReceipt}. */
    public JsonNode receipts() {
        return node().get("receipts");
    }

    /** Rows of {@code blocks}, {@code transactions} or {@code logs}. */
    public List<ObjectNode> expected(String table) {
        return rows("expected/evm-rpc/" + network + "/" + number + "." + table + ".ndjson.gz");
    }

    /** Header fields of a {@linkplain #headersOnly() header-only} block in node form. */
    public ObjectNode header() {
        return (ObjectNode) document("headers/" + network + "/" + number + ".json.gz");
    }

    /** The {@code blocks} row of a {@linkplain #headersOnly() header-only} block. */
    public ObjectNode expectedHeader() {
        return rows("expected/headers/" + network + "/" + number + ".blocks.ndjson.gz")
                .getFirst();
    }

    private JsonNode node() {
        return document("evm-rpc/" + network + "/" + number + ".json.gz");
    }

    private static JsonNode document(String path) {
        try (var stream = open(path)) {
            return JSON.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private static List<ObjectNode> rows(String path) {
        try (var stream = open(path);
                var lines = JSON.readerFor(ObjectNode.class).<ObjectNode>readValues(stream)) {
            return lines.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }

    private static InputStream open(String path) throws IOException {
        var stream = ChainData.class.getResourceAsStream("/chain-data/" + path);
        if (stream == null) {
            throw new FileNotFoundException("no chain data at " + path);
        }
        return new GZIPInputStream(stream);
    }

    @Override
    public String toString() {
        return network + " " + number;
    }
}
