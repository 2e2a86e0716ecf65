package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A node that serves a {@link BlockTree} as JSON-RPC, as the tree is at each moment, pushes new heads, and misbehaves on request:
 *
 * <pre>{@code
 * node.once("eth_getBlockReceipts", NodeFault.html());
 * node.always("eth_getBlockReceipts", NodeFault.methodNotFound());
 * }</pre>
 */
public final class ScriptedNode implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final BlockTree tree;
    private final JsonRpcServer server;
    private final AutoCloseable subscription;
    private final List<Rule> rules = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private long chainId;
    private int batchMax = Integer.MAX_VALUE;
    private boolean resultFirst;

    private static final class Rule {
        private final Predicate<JsonNode> applies;
        private final NodeFault fault;
        private int left;

        Rule(Predicate<JsonNode> applies, NodeFault fault, int times) {
            this.applies = applies;
            this.fault = fault;
            this.left = times;
        }
    }

    /** Listens at once. */
    public ScriptedNode(BlockTree tree, long chainId) {
        this.tree = tree;
        this.chainId = chainId;
        this.server = new JsonRpcServer(this::handle);
        this.subscription = tree.onChange(this::pushHead);
    }

    /** Where it listens, and what it has seen. */
    public JsonRpcServer server() {
        return server;
    }

    /** The next call of the method misbehaves. Repeatable: faults of one method are used up in order. */
    public void once(String method, NodeFault fault) {
        add(new Rule(call -> isMethod(call, method), fault, 1));
    }

    public void always(String method, NodeFault fault) {
        add(new Rule(call -> isMethod(call, method), fault, Integer.MAX_VALUE));
    }

    /** The next {@code times} calls of the method for that block misbehave. */
    public void atBlock(long number, String method, NodeFault fault, int times) {
        String parameter = "0x" + Long.toHexString(number);
        add(new Rule(
                call -> isMethod(call, method)
                        && call.path("params").path(0).asText().equals(parameter),
                fault,
                times));
    }

    /** From now on it behaves. */
    public synchronized void heal() {
        rules.clear();
        batchMax = Integer.MAX_VALUE;
    }

    public synchronized void chainId(long id) {
        chainId = id;
    }

    /** Refuses larger batches. */
    public synchronized void batchMax(int calls) {
        batchMax = calls;
    }

    /** Writes the result before the id, as some nodes do. */
    public synchronized void resultFirst(boolean on) {
        resultFirst = on;
    }

    /** Every call so far, as {@code method first-parameter}; batches as their calls, after {@code batch size}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        try {
            subscription.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        server.close();
    }

    private synchronized void add(Rule rule) {
        rules.add(rule);
    }

    private static boolean isMethod(JsonNode call, String method) {
        return call.path("method").asText().equals(method);
    }

    private void pushHead() {
        tree.findHead().ifPresent(head -> {
            ObjectNode message = JSON.objectNode();
            message.put("jsonrpc", "2.0");
            message.put("method", "eth_subscription");
            ObjectNode params = message.putObject("params");
            params.put("subscription", "0x1");
            ObjectNode header = EvmJson.block(head, false);
            header.remove("transactions");
            params.set("result", header);
            server.push(message.toString());
        });
    }

    /** Answers one request text as it would over the network. */
    public RpcAnswer handle(byte[] request) {
        JsonNode message;
        try {
            message = MAPPER.readTree(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<NodeFault.Transport> spoilers = new ArrayList<>();
        RpcAnswer answer;
        if (message.isArray()) {
            if (message.size() > limit()) {
                return RpcAnswer.json(
                        error(JSON.nullNode(), -32600, "batch too large").toString());
            }
            note("batch " + message.size());
            ArrayNode results = JSON.arrayNode();
            message.forEach(call -> results.insert(0, result(call, spoilers)));
            answer = RpcAnswer.json(results.toString());
        } else {
            answer = RpcAnswer.json(result(message, spoilers).toString());
        }
        for (NodeFault.Transport spoiler : spoilers) {
            answer = spoiler.change().apply(answer);
        }
        return answer;
    }

    private synchronized int limit() {
        return batchMax;
    }

    private synchronized void note(String call) {
        calls.add(call);
    }

    private ObjectNode result(JsonNode call, List<NodeFault.Transport> spoilers) {
        String method = call.path("method").asText();
        JsonNode params = call.path("params");
        note(params.isEmpty() ? method : method + " " + params.path(0).asText());
        JsonNode id = call.path("id");
        Optional<NodeFault> fault = faultFor(call);
        if (fault.orElse(null) instanceof NodeFault.Refusal error) {
            return error(id, error.code(), error.message());
        }
        JsonNode result = switch (method) {
            case "eth_chainId" -> JSON.textNode("0x" + Long.toHexString(servedChainId()));
            case "eth_getBlockByNumber" ->
                find(params.path(0).asText())
                        .<JsonNode>map(
                                block -> EvmJson.block(block, params.path(1).asBoolean()))
                        .orElse(JSON.nullNode());
            case "eth_getBlockReceipts" ->
                find(params.path(0).asText()).<JsonNode>map(EvmJson::receipts).orElse(JSON.nullNode());
            case "eth_getTransactionReceipt" -> receipt(params.path(0).asText());
            default -> null;
        };
        if (result == null) {
            return error(id, -32601, "the method " + method + " does not exist/is not available");
        }
        switch (fault.orElse(null)) {
            case NodeFault.Lie lie -> result = lie.change().apply(result.deepCopy());
            case NodeFault.Transport transport -> spoilers.add(transport);
            case NodeFault.Refusal error -> throw new IllegalStateException("answered above: " + error);
            case null -> {}
        }
        ObjectNode answer = JSON.objectNode();
        answer.put("jsonrpc", "2.0");
        if (writesResultFirst()) {
            answer.set("result", result);
            answer.set("id", id);
        } else {
            answer.set("id", id);
            answer.set("result", result);
        }
        return answer;
    }

    private static ObjectNode error(JsonNode id, int code, String message) {
        ObjectNode answer = JSON.objectNode();
        answer.put("jsonrpc", "2.0");
        answer.set("id", id);
        answer.putObject("error").put("code", code).put("message", message);
        return answer;
    }

    private synchronized Optional<NodeFault> faultFor(JsonNode call) {
        for (Iterator<Rule> all = rules.iterator(); all.hasNext(); ) {
            Rule rule = all.next();
            if (rule.applies.test(call)) {
                if (rule.left != Integer.MAX_VALUE && --rule.left == 0) {
                    all.remove();
                }
                return Optional.of(rule.fault);
            }
        }
        return Optional.empty();
    }

    private synchronized long servedChainId() {
        return chainId;
    }

    private synchronized boolean writesResultFirst() {
        return resultFirst;
    }

    private Optional<EvmBlock> find(String tag) {
        return switch (tag) {
            case "latest" -> tree.findHead();
            case "finalized" -> {
                var number = tree.finalizedNumber();
                yield number.isEmpty() ? Optional.empty() : tree.find(number.getAsLong());
            }
            default -> tree.find(Long.parseUnsignedLong(tag.substring(2), 16));
        };
    }

    private @Nullable JsonNode receipt(String hash) {
        for (EvmBlock block : tree.chain()) {
            boolean inBlock = block.transactions().stream()
                    .anyMatch(transaction -> hash.equals("0x" + transaction.get("tx_hash")));
            if (inBlock) {
                return StreamSupport.stream(EvmJson.receipts(block).spliterator(), false)
                        .filter(receipt ->
                                receipt.path("transactionHash").asText().equals(hash))
                        .findFirst()
                        .orElseThrow();
            }
        }
        return JSON.nullNode();
    }
}
