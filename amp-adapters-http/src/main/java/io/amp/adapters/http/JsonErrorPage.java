package io.amp.adapters.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The error envelope for requests that do not get as far as a route: unreadable request lines, headers, paths. */
final class JsonErrorPage extends ErrorHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        response.write(true, ByteBuffer.wrap(body(status)), callback);
        return true;
    }

    private static byte[] body(int status) {
        HttpStatus.@Nullable Code code = HttpStatus.getCode(status);
        String reason = code == null ? "Error" : code.getMessage();
        ObjectNode body = JSON.createObjectNode();
        body.put(
                "error_code",
                status == 400
                        ? "INVALID_REQUEST"
                        : reason.toUpperCase(Locale.ROOT).replace(' ', '_'));
        body.put("error_message", status == 400 ? "the request is malformed" : reason);
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }
}
