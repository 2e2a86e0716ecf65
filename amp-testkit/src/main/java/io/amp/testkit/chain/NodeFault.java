package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One way in which a {@link ScriptedNode} misbehaves. */
public sealed interface NodeFault {
    /** Spoils the answer as a whole. */
    record Transport(UnaryOperator<RpcAnswer> change) implements NodeFault {}

    /** Answers a JSON-RPC error. */
    record Refusal(int code, String message) implements NodeFault {}

    /** Lies: the result is changed, in a copy. */
    record Lie(UnaryOperator<JsonNode> change) implements NodeFault {}

    /** A page of a proxy instead of JSON. */
    static NodeFault html() {
        return new Transport(answer ->
                RpcAnswer.http(200, Map.of("Content-Type", "text/html"), "<html><body>Bad gateway</body></html>"));
    }

    static NodeFault status(int status) {
        return new Transport(answer -> RpcAnswer.http(status, Map.of(), "{}"));
    }

    static NodeFault tooManyRequests(String retryAfter) {
        return new Transport(answer -> RpcAnswer.http(429, Map.of("Retry-After", retryAfter), "slow down"));
    }

    /** Half of the JSON in a whole answer. */
    static NodeFault halfJson() {
        return new Transport(answer -> {
            byte[] half = Arrays.copyOf(answer.body(), answer.body().length / 2);
            return new RpcAnswer(answer.status(), answer.headers(), half, half.length, answer.delay());
        });
    }

    /** The connection breaks in the middle of the answer. */
    static NodeFault cut() {
        return new Transport(answer -> answer.cutAfter(answer.body().length / 2));
    }

    static NodeFault silence() {
        return new Transport(answer -> RpcAnswer.never());
    }

    static NodeFault slow(Duration delay) {
        return new Transport(answer -> answer.after(delay));
    }

    static NodeFault nullResult() {
        return new Lie(result -> NullNode.getInstance());
    }

    static NodeFault methodNotFound() {
        return new Refusal(-32601, "the method does not exist/is not available");
    }
}
