package io.amp.adapters.http.admin;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;

/** {@code /healthz}, {@code /health}, {@code /ready} (section 1.7). */
final class HealthRoutes {
    private final AdminServer.Readiness readiness;

    HealthRoutes(AdminServer.Readiness readiness) {
        this.readiness = readiness;
    }

    void register(RoutesConfig routes) {
        routes.get("/healthz", context -> context.status(200));
        routes.get("/health", context -> text(context, 200, "OK"));
        routes.get("/ready", context -> {
            Optional<String> problem = readiness.problem(!"false".equals(context.queryParam("workers")));
            text(context, problem.isEmpty() ? 200 : 503, problem.orElse("OK"));
        });
    }

    private static void text(Context context, int status, String text) {
        context.status(status);
        context.contentType("text/plain");
        context.result(text);
    }
}
