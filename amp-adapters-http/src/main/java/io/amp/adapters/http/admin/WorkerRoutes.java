package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.job.WorkerStore.Worker;
import io.amp.ports.runtime.Clock;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code /workers} (section 16). */
final class WorkerRoutes {
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*");
    private static final Duration ACTIVE_AGE = JobTimings.DEFAULT.workerActive();
    private static final List<String> BUILD_FACTS = List.of("version", "commit_sha", "commit_timestamp", "build_date");

    /** More active jobs than this are not counted. */
    private static final int COUNTED_MAX = 100_000;

    private final WorkerStore workers;
    private final JobControl jobs;
    private final Clock clock;

    WorkerRoutes(WorkerStore workers, JobControl jobs, Clock clock) {
        this.workers = workers;
        this.jobs = jobs;
        this.clock = clock;
    }

    void register(RoutesConfig routes) {
        routes.get("/workers", Failures.as(AdminError.SCHEDULER_LIST_WORKERS_ERROR, this::list));
        routes.get("/workers/{node}", Failures.as(AdminError.SCHEDULER_GET_WORKER_ERROR, this::find));
    }

    private void list(Context context) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("workers");
        Map<String, Long> running = activeJobs();
        workers.list().forEach(worker -> {
            ObjectNode entry = entries.addObject();
            entry.put("node_id", worker.nodeId());
            entry.put("heartbeat_at", Inputs.time(worker.heartbeatAt()));
            load(entry, worker, running);
        });
        Inputs.answer(context, 200, body);
    }

    private Map<String, Long> activeJobs() {
        return jobs.list(EnumSet.of(JobStatus.SCHEDULED, JobStatus.RUNNING), null, COUNTED_MAX).stream()
                .collect(Collectors.groupingBy(Job::nodeId, Collectors.counting()));
    }

    private void load(ObjectNode entry, Worker worker, Map<String, Long> running) {
        entry.put("active", worker.heartbeatAt().isAfter(clock.now().minus(ACTIVE_AGE)));
        entry.put("jobs", running.getOrDefault(worker.nodeId(), 0L));
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
        load(body, worker, activeJobs());
        Inputs.answer(context, 200, body);
    }
}
