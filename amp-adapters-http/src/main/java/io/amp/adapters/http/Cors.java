package io.amp.adapters.http;

import io.javalin.http.Context;

/** Fully open cross-origin rules, without credentials (Admin API specification, section 1.2). */
public final class Cors {
    private Cors() {}

    /** On every answer. */
    public static void allow(Context context) {
        context.header("Access-Control-Allow-Origin", "*");
        context.header("Access-Control-Expose-Headers", "*");
    }

    /** Answers a preflight. {@code Authorization} is not covered by {@code *} in browsers, so requested headers are echoed. */
    public static void preflight(Context context) {
        String requested = context.header("Access-Control-Request-Headers");
        context.header("Access-Control-Allow-Methods", "*");
        context.header("Access-Control-Allow-Headers", requested == null || requested.isBlank() ? "*" : requested);
        context.status(200);
    }
}
