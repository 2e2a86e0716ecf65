package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code /manifests} (section 11). */
final class ManifestRoutes {
    private final DatasetRegistry registry;
    private final AdminSettings settings;

    ManifestRoutes(DatasetRegistry registry, AdminSettings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.get("/manifests", Failures.as(AdminError.LIST_ALL_MANIFESTS_ERROR, this::list));
        routes.post("/manifests", Failures.as(DatasetError.MANIFEST_REGISTRATION_ERROR, this::store));
        routes.delete("/manifests", Failures.as(AdminError.LIST_ORPHANED_MANIFESTS_ERROR, this::prune));
        routes.get("/manifests/{hash}", Failures.as(AdminError.MANIFEST_OBJECT_STORE_ERROR, this::find));
        routes.delete("/manifests/{hash}", Failures.as(AdminError.MANIFEST_DELETE_METADATA_DB_ERROR, this::delete));
        routes.get("/manifests/{hash}/datasets", Failures.as(AdminError.LIST_DATASET_TAGS_ERROR, this::datasets));
    }

    private static ManifestHash hash(Context context) {
        String text = context.pathParam("hash");
        if (!ManifestHash.isValid(text)) {
            throw new AmpException(AdminError.INVALID_HASH, "invalid manifest hash: '" + text + "'");
        }
        return new ManifestHash(text);
    }

    private void list(Context context) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode manifests = body.putArray("manifests");
        registry.listManifests().forEach(manifest -> {
            ObjectNode entry = manifests.addObject();
            entry.put("hash", manifest.hash().hex());
            entry.put("kind", manifest.kind());
            entry.put("dataset_count", manifest.datasetCount());
        });
        Inputs.answer(context, 200, body);
    }

    private void store(Context context) throws IOException {
        String document = Inputs.body(context, settings.manifestBytesMax(), AdminError.INVALID_PAYLOAD_FORMAT);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("hash", registry.storeManifest(document).hex());
        Inputs.answer(context, 201, body);
    }

    private void prune(Context context) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("deleted_count", registry.pruneManifests());
        Inputs.answer(context, 200, body);
    }

    private void find(Context context) {
        ManifestHash hash = hash(context);
        String text = registry.canonicalText(hash)
                .orElseThrow(() -> new AmpException(AdminError.MANIFEST_NOT_FOUND, "manifest " + hash + " not found"));
        context.contentType("application/json");
        context.result(text);
    }

    private void delete(Context context) {
        registry.deleteManifest(hash(context));
        context.status(204);
    }

    private void datasets(Context context) {
        ManifestHash hash = hash(context);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("hash", hash.hex());
        ArrayNode datasets = body.putArray("datasets");
        registry.usesOf(hash).forEach(use -> {
            ObjectNode entry = datasets.addObject();
            entry.put("namespace", use.dataset().namespace());
            entry.put("name", use.dataset().name());
            entry.put("version", use.version().text());
        });
        Inputs.answer(context, 200, body);
    }
}
