package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.job.WorkerStore.Worker;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.regex.Pattern;

/** {@code /workers} (section 16). */
final class WorkerRoutes {
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");
    private static final List<String> BUILD_FACTS = List.of("version", "commit_sha", "commit_timestamp", "build_date");

    private final WorkerStore workers;

    WorkerRoutes(WorkerStore workers) {
        this.workers = workers;
    }

    void register(RoutesConfig routes) {
        routes.get("/workers", this::list);
        routes.get("/workers/{node}", this::find);
    }

    private void list(Context context) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("workers");
        workers.list().forEach(worker -> {
            ObjectNode entry = entries.addObject();
            entry.put("node_id", worker.nodeId());
            entry.put("heartbeat_at", Inputs.time(worker.heartbeatAt()));
        });
        Inputs.answer(context, 200, body);
    }

    private void find(Context context) {
        String node = context.pathParam("node");
        if (!NODE_ID.matcher(node).matches()) {
            throw new AmpException(AdminError.INVALID_WORKER_ID, "invalid worker id '" + node + "'");
        }
        Worker worker = workers.find(node)
                .orElseThrow(() -> new AmpException(AdminError.WORKER_NOT_FOUND, "worker '" + node + "' not found"));
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("node_id", worker.nodeId());
        ObjectNode info = body.putObject("info");
        BUILD_FACTS.forEach(fact -> info.put(fact, worker.info().getOrDefault(fact, "unknown")));
        body.put("created_at", Inputs.time(worker.createdAt()));
        body.put("registered_at", Inputs.time(worker.registeredAt()));
        body.put("heartbeat_at", Inputs.time(worker.heartbeatAt()));
        Inputs.answer(context, 200, body);
    }
}
