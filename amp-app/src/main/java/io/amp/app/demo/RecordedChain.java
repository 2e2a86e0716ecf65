package io.amp.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Consecutive blocks of one public chain as a node answered them, from resources {@code /demo/<network>/<number>.json.gz}.
 *
 * @param chainId EIP-155
 * @param blocks by number: {@code {"block": …, "receipts": …}}
 */
record RecordedChain(String network, long chainId, NavigableMap<Long, JsonNode> blocks) {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Base mainnet, blocks 1962303 to 1962305. */
    static RecordedChain base() {
        return read("base", 8453, 1_962_303, 1_962_305);
    }

    /** Ethereum mainnet, block 15000000. */
    static RecordedChain mainnet() {
        return read("mainnet", 1, 15_000_000, 15_000_000);
    }

    private static RecordedChain read(String network, long chainId, long first, long last) {
        NavigableMap<Long, JsonNode> blocks = new TreeMap<>();
        for (long number = first; number <= last; number++) {
            blocks.put(number, block("/demo/" + network + "/" + number + ".json.gz"));
        }
        return new RecordedChain(network, chainId, blocks);
    }

    private static JsonNode block(String resource) {
        try (InputStream packed = RecordedChain.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException("resource " + resource + " is missing");
            }
            return JSON.readTree(new GZIPInputStream(packed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
