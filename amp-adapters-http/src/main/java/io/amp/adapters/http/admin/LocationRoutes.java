package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.RevisionStore.CataloguedFile;
import io.amp.ports.storage.RevisionStore.FileTotals;
import io.amp.ports.storage.RevisionStore.RevisionState;
import io.amp.ports.storage.StorageError;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /locations}, the older view on table revisions (section 14). */
final class LocationRoutes {
    private final DatasetRegistry datasets;
    private final JobRoutes jobRoutes;
    private final JobControl jobs;
    private final RevisionStore revisions;
    private final ObjectStore data;

    LocationRoutes(
            DatasetRegistry datasets, JobRoutes jobRoutes, JobControl jobs, RevisionStore revisions, ObjectStore data) {
        this.datasets = datasets;
        this.jobRoutes = jobRoutes;
        this.jobs = jobs;
        this.revisions = revisions;
        this.data = data;
    }

    void register(RoutesConfig routes) {
        routes.get("/locations", Failures.as(AdminError.METADATA_DB_ERROR, this::list));
        routes.get("/locations/{id}", Failures.as(AdminError.METADATA_DB_ERROR, this::find));
        routes.get("/locations/{id}/files", Failures.as(AdminError.METADATA_DB_ERROR, this::files));
        routes.delete("/locations/{id}", Failures.as(AdminError.METADATA_DB_ERROR, this::delete));
    }

    private void list(Context context) {
        int limit = Inputs.limit(context, 50);
        List<RevisionState> found = revisions.list(null, Inputs.cursor(context, "last_location_id"), limit + 1);
        List<RevisionState> page = found.size() > limit ? found.subList(0, limit) : found;
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("locations");
        page.forEach(state -> {
            ObjectNode entry = entries.addObject();
            fill(entry, state);
            entry.put("writer", state.writer());
        });
        if (found.size() > limit) {
            body.put("next_cursor", page.getLast().revision().id());
        }
        Inputs.answer(context, 200, body);
    }

    private void fill(ObjectNode entry, RevisionState state) {
        DatasetVersion dataset = state.revision().key().dataset();
        entry.put("id", state.revision().id());
        entry.put("dataset", dataset.name().name());
        entry.put("dataset_namespace", dataset.name().namespace());
        entry.put("dataset_version", highestTag(dataset).orElse(""));
        entry.put("manifest_hash", dataset.hash().hex());
        entry.put("table", state.revision().key().table());
        entry.put("url", data.url() + state.revision().path() + "/");
        entry.put("active", state.active());
    }

    private Optional<String> highestTag(DatasetVersion dataset) {
        return datasets.describe(dataset.name()).stream()
                .flatMap(details -> details.tags().stream())
                .filter(tag -> tag.hash().equals(dataset.hash()))
                .map(tag -> tag.version().text())
                .findFirst();
    }

    private RevisionState require(Context context) {
        long id = Inputs.id(context.pathParam("id"), AdminError.INVALID_LOCATION_ID, "location id");
        return revisions
                .find(id)
                .orElseThrow(() -> new AmpException(AdminError.LOCATION_NOT_FOUND, "location " + id + " not found"));
    }

    private void find(Context context) {
        RevisionState state = require(context);
        ObjectNode body = Inputs.JSON.createObjectNode();
        fill(body, state);
        body.putNull("writer");
        Optional.ofNullable(state.writer())
                .flatMap(jobs::find)
                .ifPresent(job -> body.set("writer", writer(job, context)));
        FileTotals totals = revisions.totals(state.revision().id());
        body.put("files_count", totals.files());
        body.put("total_size_bytes", totals.bytes());
        Inputs.answer(context, 200, body);
    }

    private ObjectNode writer(Job job, Context context) {
        ObjectNode entry = jobRoutes.json(job, jobRoutes.style(context));
        entry.retain("id", "node_id", "status", "status_detail", "descriptor");
        return entry;
    }

    private void files(Context context) {
        RevisionState state = require(context);
        int limit = Inputs.limit(context, 50);
        Long after = Inputs.cursor(context, "last_file_id");
        List<CataloguedFile> found = revisions.files(state.revision().id(), after == null ? 0 : after, limit + 1);
        FileRoutes.answerPage(context, found, limit, (entry, file) -> {
            entry.put("id", file.id());
            entry.put("file_name", file.fileName());
            if (file.objectSize() != null) {
                entry.put("object_size", file.objectSize());
            }
        });
    }

    /** Objects first: what is left after a failure can be deleted by the same call again. */
    private void delete(Context context) {
        RevisionState state = require(context);
        long id = state.revision().id();
        boolean force = Inputs.flag(context, "force").orElse(false);
        if (state.active() && !force) {
            throw new AmpException(
                    AdminError.ACTIVE_LOCATION_CONFLICT,
                    "location " + id + " is the active one of "
                            + state.revision().key());
        }
        try {
            revisions.requireIdle(id);
            deleteObjects(state);
            revisions.delete(id, force);
        } catch (AmpException e) {
            throw known(e);
        }
        context.status(204);
    }

    private void deleteObjects(RevisionState state) {
        Map<String, RuntimeException> failures = Failures.as(
                AdminError.OBJECT_STORE_ERROR,
                "deleting the files of location " + state.revision().id(),
                () -> data.deleteAll(data.list(state.revision().path()).stream()
                        .map(ObjectInfo::path)
                        .toList()));
        if (!failures.isEmpty()) {
            throw new AmpException(
                    AdminError.OBJECT_STORE_ERROR,
                    failures.size() + " files of location " + state.revision().id() + " could not be deleted",
                    failures.values().iterator().next());
        }
    }

    /** The store's refusals under the names of this route. */
    private static AmpException known(AmpException refusal) {
        if (!(refusal.code() instanceof StorageError error)) {
            return refusal;
        }
        String message = String.valueOf(refusal.getMessage());
        return switch (error) {
            case WRITER_JOB_NOT_TERMINAL ->
                new AmpException(AdminError.ONGOING_JOB_CONFLICT, message, refusal.getCause());
            case REVISION_IS_ACTIVE ->
                new AmpException(AdminError.ACTIVE_LOCATION_CONFLICT, message, refusal.getCause());
            case REVISION_NOT_FOUND -> new AmpException(AdminError.LOCATION_NOT_FOUND, message, refusal.getCause());
            default -> refusal;
        };
    }
}
