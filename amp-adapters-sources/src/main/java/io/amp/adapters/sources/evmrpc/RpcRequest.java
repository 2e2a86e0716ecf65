package io.amp.adapters.sources.evmrpc;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * JSON-RPC calls on their way: one call, or a batch of several.
 *
 * @param firstId id of the first call; the others follow without gaps
 * @param calls how many
 * @param batch whether the text is a list
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and built for each request.
record RpcRequest(long firstId, int calls, boolean batch, byte[] json) {

    /**
     * One method with its parameters.
     *
     * @param params JSON text of the list
     */
    record Call(String method, String params) {}

    static RpcRequest single(long id, Call call) {
        StringBuilder json = new StringBuilder();
        append(json, id, call);
        return new RpcRequest(id, 1, false, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    static RpcRequest batch(long firstId, List<Call> calls) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < calls.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            append(json, firstId + i, calls.get(i));
        }
        return new RpcRequest(
                firstId, calls.size(), true, json.append(']').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void append(StringBuilder json, long id, Call call) {
        json.append("{\"jsonrpc\":\"2.0\",\"id\":")
                .append(id)
                .append(",\"method\":\"")
                .append(call.method())
                .append("\",\"params\":")
                .append(call.params())
                .append('}');
    }
}
