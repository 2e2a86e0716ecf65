package io.amp.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A JSON-RPC node on this machine that answers for a recorded chain. */
final class ReplayNode implements AutoCloseable {
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;

    private final RecordedChain chain;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ReplayNode(RecordedChain chain) throws IOException {
        this.chain = chain;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = RecordedChain.JSON.readTree(exchange.getRequestBody());
            JsonNode answer;
            if (request instanceof ArrayNode batch) {
                ArrayNode answers = RecordedChain.JSON.createArrayNode();
                batch.forEach(call -> answers.add(answer(call)));
                answer = answers;
            } else {
                answer = answer(request);
            }
            byte[] body = RecordedChain.JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private ObjectNode answer(JsonNode call) {
        ObjectNode answer = RecordedChain.JSON.createObjectNode();
        answer.put("jsonrpc", "2.0");
        answer.set("id", call.get("id"));
        String method = call.path("method").asText();
        JsonNode first = call.path("params").path(0);
        switch (method) {
            case "eth_chainId" -> answer.put("result", "0x" + Long.toHexString(chain.chainId()));
            case "eth_blockNumber" ->
                answer.put("result", "0x" + Long.toHexString(chain.blocks().lastKey()));
            case "eth_getBlockByNumber" ->
                answer.set(
                        "result",
                        block(first.asText(), call.path("params").path(1).asBoolean()));
            case "eth_getBlockReceipts" -> {
                JsonNode recorded = recorded(first.asText());
                answer.set("result", recorded == null ? null : recorded.get("receipts"));
            }
            case "eth_getTransactionReceipt" -> answer.set("result", receipt(first.asText()));
            default -> {
                ObjectNode error = answer.putObject("error");
                error.put("code", method.isEmpty() ? INVALID_PARAMS : METHOD_NOT_FOUND);
                error.put("message", "the method " + method + " does not exist");
            }
        }
        return answer;
    }

    private @Nullable JsonNode recorded(String tag) {
        return switch (tag) {
            case "latest", "finalized", "safe" -> chain.blocks().lastEntry().getValue();
            case "earliest" -> chain.blocks().firstEntry().getValue();
            default -> tag.startsWith("0x") ? chain.blocks().get(Long.parseLong(tag.substring(2), 16)) : null;
        };
    }

    private @Nullable JsonNode block(String tag, boolean withTransactions) {
        JsonNode recorded = recorded(tag);
        if (recorded == null) {
            return null;
        }
        JsonNode block = recorded.get("block");
        if (withTransactions) {
            return block;
        }
        ObjectNode header = block.deepCopy();
        ArrayNode hashes = header.putArray("transactions");
        block.path("transactions").forEach(transaction -> hashes.add(transaction.get("hash")));
        return header;
    }

    private @Nullable JsonNode receipt(String hash) {
        for (JsonNode recorded : chain.blocks().values()) {
            for (JsonNode receipt : recorded.get("receipts")) {
                if (receipt.path("transactionHash").asText().equals(hash)) {
                    return receipt;
                }
            }
        }
        return null;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
