package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node that serves blocks as fast as it can: recorded ones as they are, or one recorded block again and again under other numbers and
 * hashes ({@link #dense}), for measuring. The latter link by hash but do not verify, and share their transactions' hashes.
 */
public final class ReplayNode implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Blocks blocks;
    private final long chainId;
    private final JsonRpcServer server;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Duration latency = Duration.ZERO;

    /** JSON texts by number; null when there is no such block. */
    private interface Blocks {
        byte @Nullable [] block(long number);

        byte @Nullable [] header(long number);

        byte @Nullable [] receipts(long number);

        byte @Nullable [] receipt(String transactionHash);

        OptionalLong latest();
    }

    private ReplayNode(Blocks blocks, long chainId, int port) {
        this.blocks = blocks;
        this.chainId = chainId;
        this.server = new JsonRpcServer(this::answer, port);
    }

    /** The recorded blocks of {@code mainnet} or {@code base}. */
    public static ReplayNode recorded(String network) {
        List<ChainData> data = network.equals("base") ? ChainData.base() : ChainData.mainnet();
        return new ReplayNode(new Recorded(data), network.equals("base") ? 8_453 : 1, 0);
    }

    /** Blocks 0 to {@code latest}, each with the transactions and logs of the template. */
    public static ReplayNode dense(ChainData template, long latest) {
        return dense(template, latest, 0);
    }

    private static ReplayNode dense(ChainData template, long latest, int port) {
        return new ReplayNode(new Dense(template, latest), template.network().equals("base") ? 8_453 : 1, port);
    }

    /** Waits this long before every answer. */
    public void latency(Duration wait) {
        latency = wait;
    }

    /** Makes one more block the head and pushes it, if this node is {@link #dense}. */
    public void mine() {
        if (!(blocks instanceof Dense dense)) {
            throw new IllegalStateException("recorded blocks do not grow");
        }
        long head = dense.latest.incrementAndGet();
        server.push(
                "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\"0x1\",\"result\":"
                        + new String(dense.header(head), StandardCharsets.UTF_8) + "}}");
    }

    public JsonRpcServer server() {
        return server;
    }

    public long requests() {
        return requests.get();
    }

    /** Bytes of all bodies served. */
    public long bytesServed() {
        return bytes.get();
    }

    @Override
    public void close() {
        server.close();
    }

    /**
     * Serves dense blocks until killed; for benchmarks that want the node in a process of its own.
     *
     * @param arguments port, number of the newest block, and milliseconds of latency; each may be left out
     */
    public static void main(String... arguments) throws InterruptedException {
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        long latest = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000;
        long latencyMs = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
        try (ReplayNode node = dense(ChainData.MAINNET_15000000, latest, port)) {
            node.latency(Duration.ofMillis(latencyMs));
            System.out.println(node.server().httpUrl());
            Thread.currentThread().join();
        }
    }

    private RpcAnswer answer(byte[] request) {
        requests.incrementAndGet();
        JsonNode message;
        try {
            message = MAPPER.readTree(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body;
        if (message.isArray()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write('[');
            for (int i = 0; i < message.size(); i++) {
                if (i > 0) {
                    all.write(',');
                }
                all.writeBytes(answer(message.get(i)));
            }
            all.write(']');
            body = all.toByteArray();
        } else {
            body = answer(message);
        }
        bytes.addAndGet(body.length);
        return RpcAnswer.json(body).after(latency);
    }

    private byte[] answer(JsonNode call) {
        String parameter = call.path("params").path(0).asText();
        byte[] result = switch (call.path("method").asText()) {
            case "eth_chainId" -> ("\"0x" + Long.toHexString(chainId) + "\"").getBytes(StandardCharsets.UTF_8);
            case "eth_getBlockByNumber" -> {
                OptionalLong number = number(parameter);
                if (number.isEmpty()) {
                    yield null;
                }
                yield call.path("params").path(1).asBoolean()
                        ? blocks.block(number.getAsLong())
                        : blocks.header(number.getAsLong());
            }
            case "eth_getBlockReceipts" -> {
                OptionalLong number = number(parameter);
                yield number.isEmpty() ? null : blocks.receipts(number.getAsLong());
            }
            case "eth_getTransactionReceipt" -> blocks.receipt(parameter);
            default ->
                throw new IllegalArgumentException(
                        "no method " + call.path("method").asText());
        };
        byte[] head =
                ("{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + ",\"result\":").getBytes(StandardCharsets.UTF_8);
        byte[] content = result == null ? "null".getBytes(StandardCharsets.UTF_8) : result;
        byte[] body = new byte[head.length + content.length + 1];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(content, 0, body, head.length, content.length);
        body[body.length - 1] = '}';
        return body;
    }

    private OptionalLong number(String tag) {
        return switch (tag) {
            case "latest", "finalized" -> blocks.latest();
            default -> OptionalLong.of(Long.parseUnsignedLong(tag.substring(2), 16));
        };
    }

    /** Blocks as they were recorded. */
    private static final class Recorded implements Blocks {
        private final TreeMap<Long, byte[]> blocks = new TreeMap<>();
        private final Map<Long, byte[]> receipts = new HashMap<>();
        private final Map<String, byte[]> receiptsByHash = new HashMap<>();

        Recorded(List<ChainData> data) {
            for (ChainData one : data) {
                blocks.put(one.number(), text(one.block()));
                receipts.put(one.number(), text(one.receipts()));
                one.receipts()
                        .forEach(receipt -> receiptsByHash.put(
                                receipt.path("transactionHash").asText(), text(receipt)));
            }
        }

        @Override
        public byte @Nullable [] block(long number) {
            return blocks.get(number);
        }

        /** Full transactions do no harm where none are asked for. */
        @Override
        public byte @Nullable [] header(long number) {
            return blocks.get(number);
        }

        @Override
        public byte @Nullable [] receipts(long number) {
            return receipts.get(number);
        }

        @Override
        public byte @Nullable [] receipt(String transactionHash) {
            return receiptsByHash.get(transactionHash);
        }

        @Override
        public OptionalLong latest() {
            return OptionalLong.of(blocks.lastKey());
        }
    }

    private static byte[] text(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One block under many numbers. */
    private static final class Dense implements Blocks {
        private final AtomicLong latest;
        private final Template block;
        private final Template header;
        private final Template receipts;

        Dense(ChainData data, long latest) {
            this.latest = new AtomicLong(latest);
            JsonNode node = data.block();
            String hash = node.path("hash").asText();
            String parent = node.path("parentHash").asText();
            String number = node.path("number").asText();
            String timestamp = node.path("timestamp").asText();
            String full = node.toString();
            this.block = new Template(full, hash, parent, number, timestamp);
            this.header = new Template(
                    ((ObjectNode) node.deepCopy()).without("transactions").toString(), hash, parent, number, timestamp);
            this.receipts = new Template(data.receipts().toString(), hash, parent, number, timestamp);
        }

        @Override
        public byte @Nullable [] block(long number) {
            return number > latest.get() ? null : block.render(number);
        }

        @Override
        public byte[] header(long number) {
            return header.render(number);
        }

        @Override
        public byte @Nullable [] receipts(long number) {
            return number > latest.get() ? null : receipts.render(number);
        }

        @Override
        public byte @Nullable [] receipt(String transactionHash) {
            throw new IllegalArgumentException("transactions of dense blocks have no hash of their own");
        }

        @Override
        public OptionalLong latest() {
            return OptionalLong.of(latest.get());
        }
    }

    /** A text with places for what depends on the number. */
    private static final class Template {
        private static final byte HASH = 1;
        private static final byte PARENT = 2;
        private static final byte NUMBER = 3;
        private static final byte TIMESTAMP = 4;
        private static final long FIRST_TIMESTAMP = 1_600_000_000;

        private final byte[] text;
        /** Where a place starts, and how long its old value is; a byte of {@link #kinds} says what goes there. */
        private final int[] starts;

        private final int[] lengths;
        private final byte[] kinds;

        Template(String text, String hash, String parent, String number, String timestamp) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
            SortedMap<Integer, Map.Entry<Byte, Integer>> places = new TreeMap<>();
            mark(places, text, "\"" + hash + "\"", 0, HASH);
            mark(places, text, "\"parentHash\":\"" + parent + "\"", "\"parentHash\":".length(), PARENT);
            mark(places, text, "\"number\":\"" + number + "\"", "\"number\":".length(), NUMBER);
            mark(places, text, "\"blockNumber\":\"" + number + "\"", "\"blockNumber\":".length(), NUMBER);
            mark(places, text, "\"timestamp\":\"" + timestamp + "\"", "\"timestamp\":".length(), TIMESTAMP);
            starts = places.keySet().stream().mapToInt(Integer::intValue).toArray();
            lengths = places.values().stream().mapToInt(Map.Entry::getValue).toArray();
            kinds = new byte[starts.length];
            int i = 0;
            for (Map.Entry<Byte, Integer> place : places.values()) {
                kinds[i++] = place.getKey();
            }
        }

        private static void mark(
                Map<Integer, Map.Entry<Byte, Integer>> places, String text, String pattern, int skip, byte kind) {
            for (int at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
                // Inside the quotes.
                places.put(at + skip + 1, Map.entry(kind, pattern.length() - skip - 2));
            }
        }

        byte[] render(long number) {
            byte[][] values = {
                new byte[0],
                hash(number),
                number == 0 ? ("0x" + "0".repeat(64)).getBytes(StandardCharsets.US_ASCII) : hash(number - 1),
                hex(number),
                hex(FIRST_TIMESTAMP + 12 * number)
            };
            int length = text.length;
            for (int i = 0; i < starts.length; i++) {
                length += values[kinds[i]].length - lengths[i];
            }
            byte[] rendered = new byte[length];
            int from = 0;
            int to = 0;
            for (int i = 0; i < starts.length; i++) {
                int part = starts[i] - from;
                System.arraycopy(text, from, rendered, to, part);
                to += part;
                byte[] value = values[kinds[i]];
                System.arraycopy(value, 0, rendered, to, value.length);
                to += value.length;
                from = starts[i] + lengths[i];
            }
            System.arraycopy(text, from, rendered, to, text.length - from);
            return rendered;
        }

        private static byte[] hex(long value) {
            return ("0x" + Long.toHexString(value)).getBytes(StandardCharsets.US_ASCII);
        }

        private static byte[] hash(long number) {
            StringBuilder hash = new StringBuilder("0x");
            long state = number + 1;
            for (int i = 0; i < 4; i++) {
                state = state * 0x9e3779b97f4a7c15L + 0x7f4a7c15L;
                hash.append(String.format("%016x", state ^ (state >>> 29)));
            }
            return hash.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }
}
