package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.RevisionStore.CataloguedFile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.BiConsumer;

/** {@code /files} (section 15). */
final class FileRoutes {
    private final DatasetRegistry datasets;
    private final RevisionStore revisions;

    FileRoutes(DatasetRegistry datasets, RevisionStore revisions) {
        this.datasets = datasets;
        this.revisions = revisions;
    }

    void register(RoutesConfig routes) {
        routes.get("/files", Failures.as(AdminError.METADATA_DB_ERROR, this::list));
        routes.get("/files/{id}", Failures.as(AdminError.METADATA_DB_ERROR, this::find));
    }

    /** Up to {@code limit} of the files found, and a cursor when there are more. */
    static void answerPage(
            Context context, List<CataloguedFile> found, int limit, BiConsumer<ObjectNode, CataloguedFile> fill) {
        List<CataloguedFile> page = found.size() > limit ? found.subList(0, limit) : found;
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("files");
        page.forEach(file -> fill.accept(entries.addObject(), file));
        if (found.size() > limit) {
            body.put("next_cursor", page.getLast().id());
        }
        Inputs.answer(context, 200, body);
    }

    private void list(Context context) {
        String reference = context.queryParam("dataset");
        if (reference == null) {
            throw new AmpException(AdminError.INVALID_QUERY_PARAMETERS, "missing query parameter 'dataset'");
        }
        int limit = Inputs.limit(context, 50);
        Long after = Inputs.cursor(context, "last_file_id");
        DatasetVersion version =
                Inputs.resolve(datasets, Inputs.reference(reference, AdminError.INVALID_QUERY_PARAMETERS));
        List<CataloguedFile> found =
                revisions.activeFiles(version, context.queryParam("table"), after == null ? 0 : after, limit + 1);
        answerPage(context, found, limit, (entry, file) -> {
            entry.put("id", file.id());
            entry.put("location_id", file.revision().id());
            entry.put("file_name", file.fileName());
            if (file.objectSize() != null) {
                entry.put("object_size", file.objectSize());
            }
            entry.put("table", file.revision().key().table());
            entry.put("url", file.url());
        });
    }

    private void find(Context context) {
        long id = Inputs.id(context.pathParam("id"), AdminError.INVALID_FILE_ID, "file id");
        CataloguedFile file = revisions
                .findFile(id)
                .orElseThrow(() -> new AmpException(AdminError.FILE_NOT_FOUND, "file " + id + " not found"));
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("id", file.id());
        body.put("location_id", file.revision().id());
        body.put("file_name", file.fileName());
        body.put("url", file.url());
        if (file.objectSize() != null) {
            body.put("object_size", file.objectSize());
        }
        if (file.etag() != null) {
            body.put("object_e_tag", file.etag());
        }
        if (file.version() != null) {
            body.put("object_version", file.version());
        }
        body.set("metadata", JobRoutes.parsed(file.metadataJson()));
        Inputs.answer(context, 200, body);
    }
}
