package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.RevisionStore.CataloguedFile;
import io.amp.ports.storage.RevisionStore.RevisionState;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /revisions} (section 13). */
final class RevisionRoutes {
    private static final int LISTED_BY_DEFAULT = 100;
    /** Nobody reads more at once; bounds the answer. */
    private static final int LISTED_MAX = 10_000;

    /** Files looked at with one call of the store. */
    private static final int PAGE = 1_000;

    private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");

    private final DatasetRegistry datasets;
    private final RevisionStore revisions;
    private final ObjectStore data;

    RevisionRoutes(DatasetRegistry datasets, RevisionStore revisions, ObjectStore data) {
        this.datasets = datasets;
        this.revisions = revisions;
        this.data = data;
    }

    void register(RoutesConfig routes) {
        routes.get("/revisions", Failures.as(AdminError.LIST_ALL_TABLE_REVISIONS_ERROR, this::list));
        routes.post("/revisions", Failures.as(AdminError.REGISTER_TABLE_REVISION_ERROR, this::add));
        routes.post("/revisions/deactivate", Failures.as(AdminError.DEACTIVATE_TABLE_REVISION_ERROR, this::deactivate));
        routes.get("/revisions/{id}", Failures.as(AdminError.GET_REVISION_BY_LOCATION_ID_ERROR, this::find));
        routes.post("/revisions/{id}/activate", Failures.as(AdminError.ACTIVATE_TABLE_REVISION_ERROR, this::activate));
        routes.post("/revisions/{id}/repair", Failures.as(AdminError.REPAIR_ERROR, this::repair));
        routes.delete("/revisions/{id}/truncate", Failures.as(AdminError.TRUNCATE_ERROR, this::truncate));
        routes.delete("/revisions/{id}", Failures.as(AdminError.DELETE_TABLE_REVISION_ERROR, this::delete));
    }

    private void list(Context context) {
        Boolean active = Inputs.flag(context, "active").orElse(null);
        Long before = Inputs.cursor(context, "last_id");
        int limit = limit(context);
        ArrayNode body = Inputs.JSON.createArrayNode();
        List<RevisionState> found = limit == 0 ? List.of() : revisions.list(active, before, limit);
        found.forEach(state -> body.add(json(state)));
        Inputs.answer(context, 200, body);
    }

    private static int limit(Context context) {
        String text = context.queryParam("limit");
        if (text == null) {
            return LISTED_BY_DEFAULT;
        }
        if (!COUNT.matcher(text).matches()) {
            throw new AmpException(
                    AdminError.INVALID_QUERY_PARAMETERS, "limit must be a number from 0 on, not '" + text + "'");
        }
        return (int) Math.min(Long.parseLong(text), LISTED_MAX);
    }

    private static ObjectNode json(RevisionState state) {
        TableRevision revision = state.revision();
        DatasetVersion dataset = revision.key().dataset();
        ObjectNode entry = Inputs.JSON.createObjectNode();
        entry.put("id", revision.id());
        entry.put("path", revision.path());
        entry.put("active", state.active());
        if (state.writer() != null) {
            entry.put("writer", state.writer());
        }
        ObjectNode metadata = entry.putObject("metadata");
        metadata.put("dataset_namespace", dataset.name().namespace());
        metadata.put("dataset_name", dataset.name().name());
        metadata.put("manifest_hash", dataset.hash().hex());
        metadata.put("table_name", revision.key().table());
        return entry;
    }

    private static long id(Context context) {
        return Inputs.id(context.pathParam("id"), AdminError.INVALID_PATH_PARAMETERS, "revision id");
    }

    private RevisionState require(Context context) {
        long id = id(context);
        return revisions
                .find(id)
                .orElseThrow(() -> new AmpException(AdminError.REVISION_NOT_FOUND, "revision " + id + " not found"));
    }

    private void find(Context context) {
        Inputs.answer(context, 200, json(require(context)));
    }

    /** Forgets files whose objects are gone, so that their blocks are fetched again. */
    private void repair(Context context) {
        TableRevision revision = require(context).revision();
        revisions.requireIdle(revision.id());
        Set<String> present =
                data.list(revision.path()).stream().map(ObjectInfo::path).collect(Collectors.toSet());
        List<Long> gone = new ArrayList<>();
        long after = 0;
        List<CataloguedFile> page = revisions.files(revision.id(), after, PAGE);
        while (!page.isEmpty()) {
            page.stream()
                    .filter(file -> !present.contains(revision.path() + "/" + file.fileName()))
                    .forEach(file -> gone.add(file.id()));
            after = page.getLast().id();
            page = revisions.files(revision.id(), after, PAGE);
        }
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("rows_removed", gone.isEmpty() ? 0 : revisions.removeFiles(revision.id(), gone));
        Inputs.answer(context, 200, body);
    }

    /** Objects first: what is left after a failure can be truncated by the same call again. */
    private void truncate(Context context) {
        RevisionState state = require(context);
        TableRevision revision = state.revision();
        requireConcurrency(context.queryParam("concurrency"));
        if (state.active()) {
            throw new AmpException(
                    StorageError.REVISION_IS_ACTIVE,
                    "revision " + revision.id() + " is the active one of " + revision.key());
        }
        revisions.requireIdle(revision.id());
        long files = revisions.totals(revision.id()).files();
        Map<String, RuntimeException> failures = data.deleteAll(
                data.list(revision.path()).stream().map(ObjectInfo::path).toList());
        if (!failures.isEmpty()) {
            throw new AmpException(
                    AdminError.TRUNCATE_ERROR,
                    failures.size() + " files of revision " + revision.id() + " could not be deleted",
                    failures.values().iterator().next());
        }
        revisions.delete(revision.id(), false);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("files_deleted", files);
        Inputs.answer(context, 200, body);
    }

    /** Checked as clients send it; the store deletes in batches of its own. */
    private static void requireConcurrency(@Nullable String text) {
        if (text != null && (!COUNT.matcher(text).matches() || Long.parseLong(text) == 0)) {
            throw new AmpException(
                    AdminError.INVALID_QUERY_PARAMETERS, "concurrency must be a positive number, not '" + text + "'");
        }
    }

    private void add(Context context) throws IOException {
        ObjectNode request = request(context);
        String path = Inputs.requiredText(request, "path", AdminError.INVALID_PAYLOAD_FORMAT);
        requireRelative(path);
        TableKey key = table(request, AdminError.TABLE_NOT_IN_MANIFEST);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("location_id", revisions.register(key, withoutSlashAtEnd(path)).id());
        Inputs.answer(context, 200, body);
    }

    private static String withoutSlashAtEnd(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static void requireRelative(String path) {
        List<String> parts = List.of(withoutSlashAtEnd(path).split("/", -1));
        boolean climbs = parts.stream().anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        boolean odd = path.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 0x7f) || path.contains("://");
        if (climbs || odd) {
            throw new AmpException(
                    AdminError.INVALID_PAYLOAD_FORMAT,
                    "path must be relative, without empty, '.' and '..' parts, not '" + path + "'");
        }
    }

    private static ObjectNode request(Context context) throws IOException {
        return Inputs.object(
                Inputs.body(context, Inputs.BODY_BYTES_MAX, AdminError.INVALID_PAYLOAD_FORMAT),
                false,
                AdminError.INVALID_PAYLOAD_FORMAT);
    }

    /** The table that {@code dataset} and {@code table_name} of a body name. */
    private TableKey table(ObjectNode request, AdminError unknownTable) {
        String reference = Inputs.requiredText(request, "dataset", AdminError.INVALID_PAYLOAD_FORMAT);
        String table = Inputs.requiredText(request, "table_name", AdminError.INVALID_PAYLOAD_FORMAT);
        DatasetVersion version =
                Inputs.resolve(datasets, Inputs.reference(reference, AdminError.INVALID_PAYLOAD_FORMAT));
        if (!Inputs.load(datasets, version.hash()).tables().containsKey(table)) {
            throw new AmpException(unknownTable, "dataset '" + version.name() + "' has no table '" + table + "'");
        }
        return new TableKey(version, table);
    }

    private void activate(Context context) throws IOException {
        long id = id(context);
        TableKey key = table(request(context), AdminError.TABLE_NOT_IN_MANIFEST);
        revisions.activate(key, id);
        context.status(200);
    }

    private void deactivate(Context context) throws IOException {
        revisions.deactivate(table(request(context), AdminError.TABLE_NOT_FOUND));
        context.status(200);
    }

    private void delete(Context context) {
        revisions.delete(id(context), false);
        context.status(204);
    }
}
