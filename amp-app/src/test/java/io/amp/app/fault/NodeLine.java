package io.amp.app.fault;

import io.amp.testkit.chain.JsonRpcServer;
import io.amp.testkit.chain.JsonRpcServer.Handler;
import io.amp.testkit.chain.RpcAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The line to a node, which can be slow and be cut. Its address stays the same. */
final class NodeLine implements AutoCloseable {
    private final Handler node;
    private final int port;
    private volatile Duration latency = Duration.ZERO;
    private @Nullable JsonRpcServer server;

    NodeLine(Handler node) {
        this.node = node;
        JsonRpcServer first = new JsonRpcServer(this::answer);
        this.port = first.port();
        this.server = first;
    }

    /** A line to a node elsewhere. */
    static NodeLine to(URI node, HttpClient http) {
        return new NodeLine(request -> {
            try {
                HttpResponse<byte[]> answer = http.send(
                        HttpRequest.newBuilder(node)
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                return RpcAnswer.json(answer.body());
            } catch (IOException e) {
                return RpcAnswer.http(502, Map.of(), "the node is gone: " + e.getMessage());
            }
        });
    }

    private RpcAnswer answer(byte[] request) throws InterruptedException {
        return node.answer(request).after(latency);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Each answer comes so much later. */
    void latency(Duration wait) {
        latency = wait;
    }

    /** Connections break, and new ones are refused. */
    void cut() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    void mend() {
        if (server == null) {
            server = new JsonRpcServer(this::answer, port);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
