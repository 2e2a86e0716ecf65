package io.amp.adapters.http.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRegistry.DatasetDetails;
import io.amp.ports.dataset.DatasetStore.TagEntry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.TableKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The older routes without a namespace; they act on namespace {@code _} (section 18). */
final class LegacyRoutes {
    private final DatasetRegistry registry;
    private final SegmentCatalog segments;
    private final String dataUrl;
    private final DeployRoutes deploys;
    private final DatasetRoutes datasets;

    LegacyRoutes(
            DatasetRegistry registry,
            SegmentCatalog segments,
            String dataUrl,
            DeployRoutes deploys,
            DatasetRoutes datasets) {
        this.registry = registry;
        this.segments = segments;
        this.dataUrl = dataUrl;
        this.deploys = deploys;
        this.datasets = datasets;
    }

    /** Those of two segments, before the namespaced ones of the same length. */
    void registerShort(RoutesConfig routes) {
        routes.get("/datasets/{name}", Failures.as(AdminError.DATASET_STORE_ERROR, this::dataset));
        routes.get("/datasets/{name}/versions", Failures.as(AdminError.METADATA_DB_ERROR, this::versions));
        routes.post(
                "/datasets/{name}/dump",
                Failures.as(JobError.SCHEDULER_ERROR, context -> dump(context, version(context, null))));
    }

    /** Those of three and more segments, after the namespaced ones. */
    void registerLong(RoutesConfig routes) {
        routes.post(
                "/datasets/{ns}/{name}/dump",
                Failures.as(
                        JobError.SCHEDULER_ERROR,
                        context -> dump(
                                context,
                                Inputs.resolve(
                                        registry,
                                        new DatasetReference(
                                                Inputs.dataset(context, AdminError.INVALID_SELECTOR), null)))));
        routes.get("/datasets/{name}/versions/{rev}", Failures.as(AdminError.DATASET_STORE_ERROR, this::dataset));
        routes.post(
                "/datasets/{name}/versions/{rev}/dump",
                Failures.as(
                        JobError.SCHEDULER_ERROR,
                        context -> dump(context, version(context, context.pathParam("rev")))));
        routes.get("/datasets/{name}/versions/{rev}/schema", Failures.as(AdminError.DATASET_STORE_ERROR, this::schema));
        routes.get(
                "/datasets/{name}/versions/{rev}/manifest",
                Failures.as(AdminError.MANIFEST_RETRIEVAL_ERROR, this::manifest));
    }

    private DatasetVersion version(Context context, @Nullable String revision) {
        DatasetName name =
                Inputs.dataset(DatasetName.DEFAULT_NAMESPACE, context.pathParam("name"), AdminError.INVALID_SELECTOR);
        return Inputs.resolve(
                registry,
                new DatasetReference(
                        name,
                        revision == null ? null : Inputs.revision(spelled(revision), AdminError.INVALID_SELECTOR)));
    }

    /** {@code 1_0_0} means {@code 1.0.0} in the oldest spelling. */
    private static String spelled(String revision) {
        return revision.matches("[0-9]+_[0-9]+_[0-9]+") ? revision.replace('_', '.') : revision;
    }

    private void dump(Context context, DatasetVersion version) throws IOException {
        Job job = deploys.dump(context, version);
        DeployRoutes.answerJob(context, 200, job);
    }

    private void dataset(Context context) {
        String revision = context.pathParamMap().get("rev");
        DatasetVersion version = version(context, revision);
        Manifest manifest = Inputs.load(registry, version.hash());
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("name", version.name().name());
        body.put("version", tagOf(version).map(tag -> tag.version().text()).orElse("0.0.0"));
        body.put("kind", manifest.kind());
        ArrayNode tables = body.putArray("tables");
        manifest.tables().keySet().forEach(table -> {
            ObjectNode entry = tables.addObject();
            entry.put("name", table);
            entry.put(
                    "network",
                    manifest instanceof RawManifest raw ? raw.network().value() : "");
            segments.findActive(new TableKey(version, table))
                    .ifPresent(active -> entry.put("active_location", dataUrl + active.path() + "/"));
        });
        Inputs.answer(context, 200, body);
    }

    private Optional<TagEntry> tagOf(DatasetVersion version) {
        return registry.describe(version.name()).stream()
                .flatMap(details -> details.tags().stream())
                .filter(tag -> tag.hash().equals(version.hash()))
                .findFirst();
    }

    private void versions(Context context) {
        DatasetName name =
                Inputs.dataset(DatasetName.DEFAULT_NAMESPACE, context.pathParam("name"), AdminError.INVALID_SELECTOR);
        DatasetDetails details = registry.describe(name)
                .orElseThrow(() -> new AmpException(AdminError.DATASET_NOT_FOUND, "dataset '" + name + "' not found"));
        int limit = Inputs.limit(context, 50);
        String last = context.queryParam("last_version");
        if (last != null && !SemanticVersion.isValid(last)) {
            throw new AmpException(
                    AdminError.INVALID_QUERY_PARAMETERS, "last_version must be a version, not '" + last + "'");
        }
        List<String> all =
                details.tags().stream().map(tag -> tag.version().text()).toList();
        int from = last == null ? 0 : after(details.tags(), new SemanticVersion(last));
        List<String> page = all.subList(from, Math.min(all.size(), from + limit));
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode versions = body.putArray("versions");
        page.forEach(versions::add);
        if (from + page.size() < all.size()) {
            body.put("next_cursor", page.getLast());
        }
        Inputs.answer(context, 200, body);
    }

    /** Index of the first version below one that may be gone. */
    private static int after(List<TagEntry> tags, SemanticVersion last) {
        for (int i = 0; i < tags.size(); i++) {
            if (tags.get(i).version().equals(last)) {
                return i + 1;
            }
        }
        return (int)
                tags.stream().filter(tag -> tag.version().compareTo(last) >= 0).count();
    }

    private void schema(Context context) throws IOException {
        String revision = context.pathParam("rev");
        Inputs.answer(context, 200, datasets.schema(version(context, revision), revision));
    }

    private void manifest(Context context) {
        DatasetVersion version = version(context, context.pathParam("rev"));
        context.contentType("application/json");
        context.result(registry.servedText(version.hash())
                .orElseThrow(() -> new AmpException(
                        AdminError.MANIFEST_NOT_FOUND, "manifest " + version.hash() + " is not in the store")));
    }
}
