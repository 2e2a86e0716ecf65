package io.amp.adapters.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.JobControl.TableProgress;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /jobs} (sections 8.2 and 9). */
final class JobRoutes {
    private static final Set<JobStatus> ACTIVE =
            EnumSet.of(JobStatus.SCHEDULED, JobStatus.RUNNING, JobStatus.STOP_REQUESTED, JobStatus.STOPPING);
    private static final Set<JobStatus> TERMINAL =
            EnumSet.of(JobStatus.COMPLETED, JobStatus.STOPPED, JobStatus.ERROR, JobStatus.FATAL);
    private static final Set<JobStatus> FAILED = EnumSet.of(JobStatus.ERROR, JobStatus.FATAL);

    private final JobControl jobs;
    private final AdminSettings settings;

    JobRoutes(JobControl jobs, AdminSettings settings) {
        this.jobs = jobs;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.get("/jobs", Failures.as(AdminError.LIST_JOBS_ERROR, this::list));
        routes.delete("/jobs", Failures.as(AdminError.DELETE_JOBS_BY_STATUS_ERROR, this::deleteMany));
        routes.get("/jobs/{id}", Failures.as(AdminError.GET_JOB_ERROR, this::find));
        routes.delete("/jobs/{id}", Failures.as(AdminError.DELETE_JOB_ERROR, this::delete));
        routes.put("/jobs/{id}/stop", Failures.as(AdminError.STOP_JOB_ERROR, this::stop));
        routes.post("/jobs/{id}/stop", Failures.as(AdminError.STOP_JOB_ERROR, this::stop));
        routes.get("/jobs/{id}/progress", Failures.as(AdminError.GET_TABLES_ERROR, this::progress));
        routes.get("/jobs/{id}/events", Failures.as(AdminError.GET_JOB_EVENTS_ERROR, this::events));
        routes.get("/jobs/{id}/events/{event}", Failures.as(AdminError.GET_JOB_EVENT_ERROR, this::event));
    }

    private void list(Context context) {
        int limit = Inputs.limit(context, 50);
        Long before = Inputs.cursor(context, "last_job_id");
        ClientProfile profile = ClientProfile.of(context, settings);
        String filter = context.queryParam("status");
        Set<JobStatus> statuses = filter == null
                ? (profile == ClientProfile.PYTHON ? EnumSet.allOf(JobStatus.class) : ACTIVE)
                : statuses(filter);
        List<Job> found = jobs.list(statuses, before, limit + 1);
        List<Job> page = found.size() > limit ? found.subList(0, limit) : found;
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("jobs");
        page.forEach(job -> entries.add(json(job, style(profile))));
        if (found.size() > limit) {
            body.put("next_cursor", page.getLast().id());
        }
        Inputs.answer(context, 200, body);
    }

    private static Set<JobStatus> statuses(String filter) {
        Set<JobStatus> statuses = EnumSet.noneOf(JobStatus.class);
        for (String part : filter.split(",")) {
            String word = part.strip().toUpperCase(Locale.ROOT);
            statuses.addAll(
                    switch (word) {
                        case "ACTIVE" -> ACTIVE;
                        case "ALL" -> EnumSet.allOf(JobStatus.class);
                        case "TERMINAL" -> TERMINAL;
                        case "COMPLETE" -> EnumSet.of(JobStatus.COMPLETED);
                        case "FAILED" -> FAILED;
                        default -> {
                            JobStatus status = JobStatus.read(word);
                            if (status == JobStatus.UNKNOWN && !word.equals("UNKNOWN")) {
                                throw new AmpException(
                                        AdminError.INVALID_QUERY_PARAMETERS,
                                        "unknown job status '" + part.strip() + "'");
                            }
                            yield EnumSet.of(status);
                        }
                    });
        }
        return statuses;
    }

    private StatusStyle style(ClientProfile profile) {
        return settings.statusStyle() != null ? settings.statusStyle() : profile.statusStyle();
    }

    /** For the other routes that speak of jobs. */
    StatusStyle style(Context context) {
        return style(ClientProfile.of(context, settings));
    }

    ObjectNode json(Job job, StatusStyle style) {
        ObjectNode entry = Inputs.JSON.createObjectNode();
        entry.put("id", job.id());
        entry.put("created_at", Inputs.time(job.createdAt()));
        entry.put("updated_at", Inputs.time(job.updatedAt()));
        entry.put("node_id", job.nodeId());
        entry.put("status", style.word(job.status()));
        entry.put("status_detail", job.status().name());
        entry.set("descriptor", parsed(job.descriptorJson()));
        return entry;
    }

    static JsonNode parsed(@Nullable String json) {
        if (json == null) {
            return Inputs.JSON.nullNode();
        }
        try {
            return Inputs.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return Inputs.JSON.nullNode(); // unreadable in the database: the key stays, the value is unknown
        }
    }

    private static long id(Context context) {
        return Inputs.id(context.pathParam("id"), AdminError.INVALID_JOB_ID, "job id");
    }

    private Job require(Context context) {
        long id = id(context);
        return jobs.find(id).orElseThrow(() -> new AmpException(AdminError.JOB_NOT_FOUND, "job " + id + " not found"));
    }

    private void find(Context context) {
        Inputs.answer(context, 200, json(require(context), style(context)));
    }

    private void stop(Context context) {
        jobs.stop(id(context));
        context.status(200);
    }

    private void delete(Context context) {
        jobs.delete(id(context));
        context.status(204);
    }

    private void deleteMany(Context context) throws IOException {
        String status = context.queryParam("status");
        String body = Inputs.body(context, Inputs.BODY_BYTES_MAX, AdminError.INVALID_QUERY_PARAM);
        if (!body.isBlank()) {
            deleteListed(Inputs.object(body, false, AdminError.INVALID_QUERY_PARAM));
        } else if (status != null) {
            jobs.deleteAll(terminalStatuses(status));
        } else if (announcesJson(context) || ClientProfile.of(context, settings) == ClientProfile.PYTHON) {
            throw new AmpException(
                    AdminError.INVALID_QUERY_PARAM, "the request names no jobs: send {\"job_ids\": [...]} or ?status=");
        } else {
            jobs.deleteAll(TERMINAL);
        }
        context.status(204);
    }

    private static boolean announcesJson(Context context) {
        String type = context.contentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json");
    }

    private static Set<JobStatus> terminalStatuses(String status) {
        return switch (status.strip().toLowerCase(Locale.ROOT)) {
            case "terminal" -> TERMINAL;
            case "completed", "complete" -> EnumSet.of(JobStatus.COMPLETED);
            case "stopped" -> EnumSet.of(JobStatus.STOPPED);
            case "error", "failed" -> FAILED;
            default ->
                throw new AmpException(
                        AdminError.INVALID_QUERY_PARAM, "unknown status '" + status + "' for deleting jobs");
        };
    }

    private void deleteListed(ObjectNode request) {
        JsonNode ids = request.get("job_ids");
        if (ids == null || !ids.isArray()) {
            throw new AmpException(AdminError.INVALID_QUERY_PARAM, "'job_ids' must be a list of job ids");
        }
        List<Long> listed = new ArrayList<>();
        for (JsonNode id : ids) {
            if (!id.canConvertToLong() || !id.isIntegralNumber() || id.longValue() <= 0) {
                throw new AmpException(AdminError.INVALID_QUERY_PARAM, "invalid job id " + id);
            }
            listed.add(id.longValue());
        }
        jobs.deleteListed(listed);
    }

    private void progress(Context context) {
        Job job = require(context);
        StatusStyle style = style(context);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("job_id", job.id());
        body.put("job_status", style.word(job.status()));
        body.put("job_status_detail", job.status().name());
        ObjectNode tables = body.putObject("tables");
        new TreeMap<>(jobs.progress(job.id())).forEach((table, progress) -> {
            ObjectNode entry = tables.putObject(table);
            entry.put("current_block", progress.currentBlock());
            entry.put("start_block", progress.startBlock());
            counts(entry, progress);
        });
        if (job.error() != null && FAILED.contains(job.status())) {
            body.set("detail", detail(job.error()));
        }
        Inputs.answer(context, 200, body);
    }

    static void counts(ObjectNode entry, TableProgress progress) {
        entry.put("files_count", progress.filesCount());
        entry.put("total_size_bytes", progress.totalSizeBytes());
    }

    private static JsonNode detail(ErrorDetail error) {
        ObjectNode detail = Inputs.JSON.createObjectNode();
        detail.put("error_code", error.code());
        detail.put("error_message", error.message());
        if (!error.context().isEmpty()) {
            detail.set("error_context", Inputs.JSON.valueToTree(new TreeMap<>(error.context())));
        }
        return detail;
    }

    private void events(Context context) {
        Job job = require(context);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("job_id", job.id());
        ArrayNode entries = body.putArray("events");
        jobs.events(job.id()).forEach(event -> fill(entries.addObject(), event));
        Inputs.answer(context, 200, body);
    }

    private void event(Context context) {
        Job job = require(context);
        long id = Inputs.id(context.pathParam("event"), AdminError.INVALID_JOB_ID, "event id");
        JobEvent event = jobs.events(job.id()).stream()
                .filter(candidate -> candidate.id() == id)
                .findFirst()
                .orElseThrow(
                        () -> new AmpException(AdminError.EVENT_NOT_FOUND, "job " + job.id() + " has no event " + id));
        ObjectNode body = Inputs.JSON.createObjectNode();
        fill(body, event);
        body.put("job_id", job.id());
        if (event.detailJson() != null) {
            body.set("detail", parsed(event.detailJson()));
        }
        Inputs.answer(context, 200, body);
    }

    private static void fill(ObjectNode entry, JobEvent event) {
        entry.put("id", event.id());
        entry.put("created_at", Inputs.time(event.createdAt()));
        entry.put("node_id", event.nodeId());
        entry.put("event_type", event.eventType());
    }
}
