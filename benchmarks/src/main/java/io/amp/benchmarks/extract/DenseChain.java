package io.amp.benchmarks.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.testkit.chain.ChainData;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A chain of blocks that are each like mainnet block 15000000: the same transactions and logs by number, kind and size, with other
 * senders, recipients, amounts, arguments and signatures. What occurs often in the recorded block, such as popular contracts and event
 * signatures, stays, so that the rows compress like real ones. Blocks are sealed: hashes, roots and blooms are right, so they verify.
 * The same number gives the same block. Not thread-safe.
 */
final class DenseChain {
    /** Values that occur this often belong to what is popular and stay. */
    private static final int POPULAR = 8;

    private static final int WORD = 64;
    private static final int ADDRESS = 40;
    private static final long FIRST_TIMESTAMP = 1_656_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode block = ChainData.MAINNET_15000000.block();
    private final ArrayNode receipts = (ArrayNode) ChainData.MAINNET_15000000.receipts();
    private final Map<String, Integer> occurrences = new HashMap<>();
    private final BlockSeal seal = new BlockSeal();
    private String parentHash = "0x" + "0".repeat(WORD);
    private long next;

    /** The JSON texts of a block with full transactions, and of its receipts. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Texts(byte[] block, byte[] receipts) {}

    DenseChain() {
        block.get("transactions").forEach(transaction -> {
            count(address(transaction.get("from").asText()));
            count(address(transaction.path("to").asText()));
            words(transaction.get("input").asText().substring(2), 8);
        });
        receipts.forEach(receipt -> receipt.get("logs").forEach(log -> {
            count(address(log.get("address").asText()));
            log.get("topics").forEach(topic -> words(topic.asText().substring(2), 0));
            words(log.get("data").asText().substring(2), 0);
        }));
    }

    private void words(String hex, int from) {
        for (int at = from; at + WORD <= hex.length(); at += WORD) {
            count(significant(hex.substring(at, at + WORD)));
        }
    }

    private void count(String value) {
        occurrences.merge(value, 1, Integer::sum);
    }

    /** An address as it stands in a word, so that both are counted as one. */
    private static String address(String text) {
        return text.length() == ADDRESS + 2 ? significant("0".repeat(WORD - ADDRESS) + text.substring(2)) : "";
    }

    private static String significant(String word) {
        int zeros = 0;
        while (zeros < word.length() && word.charAt(zeros) == '0') {
            zeros++;
        }
        return word.substring(zeros);
    }

    /** The next block; the first has number 0. */
    Texts next() throws IOException {
        long number = next++;
        var changes = new Changes(number);
        ObjectNode changed = block.deepCopy();
        ArrayNode changedReceipts = receipts.deepCopy();
        changed.put("number", quantity(number));
        changed.put("timestamp", quantity(FIRST_TIMESTAMP + 12 * number));
        changed.put("parentHash", parentHash);
        changed.put("stateRoot", "0x" + changes.digits(WORD));
        changed.put("mixHash", "0x" + changes.digits(WORD));
        changed.get("transactions").forEach(transaction -> changes.transaction((ObjectNode) transaction));
        changedReceipts.forEach(receipt -> changes.receipt((ObjectNode) receipt));
        parentHash = seal.close(changed, changedReceipts);
        return new Texts(JSON.writeValueAsBytes(changed), JSON.writeValueAsBytes(changedReceipts));
    }

    static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** New values for one block, the same for the same old one. */
    private final class Changes {
        private final SplittableRandom random;
        private final Map<String, String> changed = new HashMap<>();
        private final String number;

        Changes(long number) {
            this.random = new SplittableRandom(number);
            this.number = quantity(number);
        }

        void transaction(ObjectNode transaction) {
            transaction.put("blockNumber", number);
            transaction.put("from", changedAddress(transaction.get("from")));
            if (transaction.hasNonNull("to")) {
                transaction.put("to", changedAddress(transaction.get("to")));
            }
            String input = transaction.get("input").asText();
            int selector = Math.min(input.length(), 2 + 8);
            transaction.put("input", input.substring(0, selector) + changedWords(input.substring(selector)));
            for (String field : new String[] {"nonce", "value", "r", "s"}) {
                transaction.put(field, changedQuantity(transaction.get(field).asText()));
            }
        }

        void receipt(ObjectNode receipt) {
            receipt.put("blockNumber", number);
            receipt.put("from", changedAddress(receipt.get("from")));
            if (receipt.hasNonNull("to")) {
                receipt.put("to", changedAddress(receipt.get("to")));
            }
            receipt.get("logs").forEach(node -> {
                ObjectNode log = (ObjectNode) node;
                log.put("blockNumber", number);
                log.put("address", changedAddress(log.get("address")));
                ArrayNode topics = (ArrayNode) log.get("topics");
                for (int i = 1; i < topics.size(); i++) {
                    topics.set(i, "0x" + changedWords(topics.get(i).asText().substring(2)));
                }
                log.put("data", "0x" + changedWords(log.get("data").asText().substring(2)));
            });
        }

        private String changedAddress(JsonNode old) {
            String word = "0".repeat(WORD - ADDRESS) + old.asText().substring(2);
            return "0x" + changedWords(word).substring(WORD - ADDRESS);
        }

        /** Leading zeros of a word stay, and so does what is popular or small. */
        private String changedWords(String hex) {
            StringBuilder all = new StringBuilder(hex.length());
            int at = 0;
            for (; at + WORD <= hex.length(); at += WORD) {
                String word = hex.substring(at, at + WORD);
                String value = significant(word);
                if (value.length() <= 2 || occurrences.getOrDefault(value, 0) >= POPULAR) {
                    all.append(word);
                } else {
                    all.append(word, 0, WORD - value.length())
                            .append(changed.computeIfAbsent(value, this::sameMagnitude));
                }
            }
            return all.append(hex, at, hex.length()).toString();
        }

        private String changedQuantity(String old) {
            return old.length() <= 3 ? old : "0x" + sameMagnitude(old.substring(2));
        }

        /** Trailing zeros stay, as round amounts have them. */
        private String sameMagnitude(String digits) {
            int end = digits.length();
            while (end > 1 && digits.charAt(end - 1) == '0') {
                end--;
            }
            return digits.charAt(0) + digits(end - 1) + digits.substring(end);
        }

        private String digits(int count) {
            StringBuilder digits = new StringBuilder(count + 16);
            while (digits.length() < count) {
                digits.append(Long.toHexString(random.nextLong() | Long.MIN_VALUE));
            }
            digits.setLength(count);
            return digits.toString();
        }
    }
}
