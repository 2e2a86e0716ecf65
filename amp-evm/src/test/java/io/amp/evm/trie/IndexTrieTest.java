package io.amp.evm.trie;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexTrieTest {
    private final IndexTrie trie = new IndexTrie(new Keccak256());

    private String root(int count, IndexTrie.Entries entries) {
        byte[] root = new byte[32];
        trie.root(count, entries, root);
        return Vectors.hex(root);
    }

    /** Datasets specification, appendix B.9: entry i = RLP(i) and 40 bytes ab. */
    @ParameterizedTest
    @CsvSource({
        "0, 56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
        "1, 79cf62c324312492995f33177234deebbffdd6948369e6627996de19b77f8a97",
        "2, d8a19fa405b0e5dc6fc1ff0b781682d21a8f5c820a92ade87eb3abe38fa155bd",
        "3, 9762d02f0f2245cde6ad79c11bdea6ce347018dc7ffa5896b98d36a588970345",
        "17, 1fa631b7f0a502769d0b47a1f7e29506f7d63c281b656199f7c8f9ede8ab1d24",
        "128, fb307dd45f8c41e454a85e911df68dbd24732aeec0f545d4103e347f771f7bcc",
        "129, d4ce6f74c5d1d17cc63caf5f1e0798929a57aab6952143538d6bf73f4dc516e4",
        "200, 7bae80c989bbd7d8e7d8913d258779a335297ade5062bc54852a02ffa8cca562",
        "257, c16fe3abf0a3aea2d6b0883f8c8fb0bc87fad0d089534a2db2ad97e6d468fcd4"
    })
    void publishedRoots(int count, String root) {
        byte[] tail = new byte[40];
        Arrays.fill(tail, (byte) 0xab);
        assertThat(root(count, (index, out) -> {
                    out.raw(tail, 0, tail.length);
                    out.integer(index);
                }))
                .isEqualTo(root);
    }

    /** Appendix B.9: entries of one byte, so that nodes are embedded in their parents. */
    @ParameterizedTest
    @CsvSource({
        "2, 08693bf7194a9e5481f518cc27be677512d038ddfb72263e13f0663e299ce2d8",
        "3, 7212ba90919b517ec43266a4223e445fdb0c0bd5cb45187e7698f771cee150ba",
        "17, a87383e5770cdf013b6e22804b06ef4598148f60ce269820130310470c20a0be",
        "130, a07ac14359e1fe70a90a537ceb50aff47ac4c237546b90be2fd63c1fc1c0f7a0"
    })
    void publishedRootsOfEmbeddedNodes(int count, String root) {
        assertThat(root(count, (index, out) -> out.raw((byte) (1 + index % 100))))
                .isEqualTo(root);
    }

    @Test
    void agreesWithATrieOfNodes() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int run = 0; run < 60; run++) {
            int count = random.nextInt(run < 57 ? 600 : 70_000);
            int size = random.nextInt(1, 50);
            byte[][] values = new byte[count][];
            for (int i = 0; i < count; i++) {
                values[i] = new byte[1 + random.nextInt(size)];
                random.nextBytes(values[i]);
            }
            assertThat(root(count, (index, out) -> out.raw(values[index], 0, values[index].length)))
                    .as("-Damp.seed=%d, %d entries", seed, count)
                    .isEqualTo(count == 0 ? root(0, (i, o) -> {}) : Vectors.hex(Keccak256.hash(naive(values))));
        }
    }

    private static byte[] naive(byte[][] values) {
        var pairs = new TreeMap<String, byte[]>();
        for (int i = 0; i < values.length; i++) {
            var key = new RlpWriter();
            key.integer(i);
            pairs.put(Vectors.hex(key.toByteArray()), values[i]);
        }
        return node(new ArrayList<>(pairs.entrySet().stream()
                .map(e -> java.util.Map.entry(e.getKey(), e.getValue()))
                .toList()));
    }

    /** A node over pairs of remaining path (hex digits) and value. */
    private static byte[] node(List<java.util.Map.Entry<String, byte[]>> pairs) {
        if (pairs.size() == 1) {
            return list(
                    string(prefix(pairs.getFirst().getKey(), 2)),
                    string(pairs.getFirst().getValue()));
        }
        String first = pairs.getFirst().getKey();
        String last = pairs.getLast().getKey();
        int common = 0;
        while (first.charAt(common) == last.charAt(common)) {
            common++;
        }
        if (common > 0) {
            int skip = common;
            byte[] child = node(pairs.stream()
                    .map(p -> java.util.Map.entry(p.getKey().substring(skip), p.getValue()))
                    .toList());
            return list(string(prefix(first.substring(0, common), 0)), reference(child));
        }
        byte[][] items = new byte[17][];
        for (int nibble = 0; nibble < 16; nibble++) {
            String digit = Integer.toHexString(nibble);
            var below = pairs.stream()
                    .filter(p -> p.getKey().startsWith(digit))
                    .map(p -> java.util.Map.entry(p.getKey().substring(1), p.getValue()))
                    .toList();
            items[nibble] = below.isEmpty() ? string(new byte[0]) : reference(node(below));
        }
        items[16] = string(new byte[0]);
        return list(items);
    }

    private static byte[] prefix(String path, int flag) {
        return Vectors.hex(path.length() % 2 == 0 ? flag + "0" + path : (flag + 1) + path);
    }

    private static byte[] reference(byte[] node) {
        return node.length < 32 ? node : string(Keccak256.hash(node));
    }

    private static byte[] string(byte[] bytes) {
        var out = new RlpWriter();
        out.bytes(bytes);
        return out.toByteArray();
    }

    private static byte[] list(byte[]... items) {
        var out = new RlpWriter();
        for (int i = items.length - 1; i >= 0; i--) {
            out.raw(items[i], 0, items[i].length);
        }
        out.closeList(0);
        return out.toByteArray();
    }
}
