package io.amp.adapters.http.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRegistry.DatasetDetails;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore.TagEntry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.error.AmpException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /datasets} and {@code /datasets/{ns}/{name}[/versions…]} but for deploying (sections 5 and 6). */
final class DatasetRoutes {
    private final DatasetRegistry registry;
    private final AdminSettings settings;

    DatasetRoutes(DatasetRegistry registry, AdminSettings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.get("/datasets", Failures.as(AdminError.LIST_ALL_DATASETS_ERROR, this::list));
        routes.post("/datasets", Failures.as(DatasetError.MANIFEST_REGISTRATION_ERROR, this::create));
        routes.get("/datasets/{ns}/{name}/versions", Failures.as(AdminError.LIST_VERSION_TAGS_ERROR, this::versions));
        routes.get("/datasets/{ns}/{name}/versions/{rev}", Failures.as(AdminError.GET_DATASET_ERROR, this::version));
        routes.delete(
                "/datasets/{ns}/{name}/versions/{rev}",
                Failures.as(AdminError.DELETE_VERSION_TAG_ERROR, this::deleteVersion));
        routes.get(
                "/datasets/{ns}/{name}/versions/{rev}/manifest",
                Failures.as(AdminError.READ_MANIFEST_ERROR, this::manifest));
        routes.get(
                "/datasets/{ns}/{name}/versions/{rev}/schema", Failures.as(AdminError.GET_DATASET_ERROR, this::schema));
    }

    /** Registered after the un-namespaced routes of the same length. */
    void registerShort(RoutesConfig routes) {
        routes.get("/datasets/{ns}/{name}", Failures.as(AdminError.GET_DATASET_ERROR, this::dataset));
        routes.delete("/datasets/{ns}/{name}", Failures.as(AdminError.UNLINK_DATASET_MANIFESTS_ERROR, this::delete));
    }

    private void list(Context context) {
        if (context.queryParam("limit") != null || context.queryParam("last_dataset_id") != null) {
            listPaged(context);
            return;
        }
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode datasets = body.putArray("datasets");
        registry.listDatasets().forEach(dataset -> {
            ObjectNode entry = datasets.addObject();
            entry.put("namespace", dataset.name().namespace());
            entry.put("name", dataset.name().name());
            if (dataset.latest() != null) {
                entry.put("latest_version", dataset.latest().text());
            }
            ArrayNode versions = entry.putArray("versions");
            dataset.versions().forEach(version -> versions.add(version.text()));
        });
        Inputs.answer(context, 200, body);
    }

    /** One entry per version in namespace {@code _}, as the older generation listed them (section 5.1). */
    private void listPaged(Context context) {
        int limit = Inputs.limit(context, 50);
        String last = context.queryParam("last_dataset_id");
        int colon = last == null ? 0 : last.indexOf(':');
        if (colon < 0 || (last != null && !SemanticVersion.isValid(last.substring(colon + 1)))) {
            throw new AmpException(
                    AdminError.INVALID_QUERY_PARAMETERS, "last_dataset_id must be name:version, not '" + last + "'");
        }
        ObjectNode body = Inputs.JSON.createObjectNode();
        ArrayNode entries = body.putArray("datasets");
        for (DatasetRegistry.DatasetSummary dataset : registry.listDatasets()) {
            if (!dataset.name().namespace().equals(DatasetName.DEFAULT_NAMESPACE)) {
                continue;
            }
            String name = dataset.name().name();
            for (SemanticVersion version : dataset.versions()) {
                if (last != null && !isAfter(name, version, last.substring(0, colon), last.substring(colon + 1))) {
                    continue;
                }
                if (entries.size() == limit) {
                    JsonNode end = entries.get(limit - 1);
                    body.put(
                            "next_cursor",
                            end.get("name").textValue() + ":"
                                    + end.get("version").textValue());
                    Inputs.answer(context, 200, body);
                    return;
                }
                ObjectNode entry = entries.addObject();
                entry.put("name", name);
                entry.put("version", version.text());
            }
        }
        Inputs.answer(context, 200, body);
    }

    /** Names ascending, versions descending. */
    private static boolean isAfter(String name, SemanticVersion version, String lastName, String lastVersion) {
        int byName = name.compareTo(lastName);
        return byName > 0 || (byName == 0 && version.compareTo(new SemanticVersion(lastVersion)) < 0);
    }

    private void create(Context context) throws IOException {
        String text = Inputs.body(context, settings.manifestBytesMax(), AdminError.INVALID_PAYLOAD_FORMAT);
        Member manifest = member(text, "manifest");
        String document = manifest == null ? null : text.substring(manifest.start(), manifest.end());
        ObjectNode request = Inputs.object(
                manifest == null ? text : text.substring(0, manifest.start()) + "null" + text.substring(manifest.end()),
                false,
                AdminError.INVALID_PAYLOAD_FORMAT);
        String namespace = Inputs.optionalText(request, "namespace", AdminError.INVALID_PAYLOAD_FORMAT)
                .orElse(DatasetName.DEFAULT_NAMESPACE);
        String name = Inputs.optionalText(request, "name", AdminError.INVALID_PAYLOAD_FORMAT)
                .orElseThrow(() -> new AmpException(AdminError.INVALID_PAYLOAD_FORMAT, "missing field 'name'"));
        DatasetName dataset = Inputs.dataset(namespace, name, AdminError.INVALID_PAYLOAD_FORMAT);
        SemanticVersion version = version(request);
        DatasetVersion registered = registerManifest(dataset, document, version);
        Inputs.answer(context, 201, registration(registered, version));
    }

    private static @Nullable SemanticVersion version(ObjectNode request) {
        String text = Inputs.optionalText(request, "version", AdminError.INVALID_PAYLOAD_FORMAT)
                .orElse("");
        if (text.isEmpty() || text.equals("dev")) {
            return null;
        }
        if (!SemanticVersion.isValid(text)) {
            throw new AmpException(
                    AdminError.INVALID_PAYLOAD_FORMAT, "invalid version '" + text + "', expected a semantic version");
        }
        return new SemanticVersion(text);
    }

    /** The manifest as an object, as JSON text, or as the hash of a stored one. */
    private DatasetVersion registerManifest(
            DatasetName dataset, @Nullable String document, @Nullable SemanticVersion version) throws IOException {
        if (document == null || document.equals("null")) {
            throw new AmpException(AdminError.INVALID_PAYLOAD_FORMAT, "missing field 'manifest'");
        }
        if (document.startsWith("\"")) {
            String text = Inputs.JSON.readTree(document).textValue();
            return ManifestHash.isValid(text)
                    ? registry.registerStored(dataset, new ManifestHash(text), version)
                    : registry.register(dataset, text, version);
        }
        if (!document.startsWith("{")) {
            throw new AmpException(AdminError.INVALID_PAYLOAD_FORMAT, "'manifest' must be an object or a string");
        }
        Optional<ManifestHash> stored = onlyHash(document);
        return stored.isPresent()
                ? registry.registerStored(dataset, stored.get(), version)
                : registry.register(dataset, document, version);
    }

    private static Optional<ManifestHash> onlyHash(String document) {
        if (document.length() > 200) {
            return Optional.empty();
        }
        JsonNode node = Inputs.object(document, false, DatasetError.INVALID_MANIFEST);
        JsonNode hash = node.get("hash");
        if (node.size() != 1 || hash == null || !hash.isTextual()) {
            return Optional.empty();
        }
        if (!ManifestHash.isValid(hash.textValue())) {
            throw new AmpException(
                    AdminError.INVALID_PAYLOAD_FORMAT, "invalid manifest hash: '" + hash.textValue() + "'");
        }
        return Optional.of(new ManifestHash(hash.textValue()));
    }

    /** Where a member's value stands in the text. */
    private record Member(int start, int end) {}

    /** One member of a JSON object as sent, so that its duplicate keys and numbers stay visible; null when absent. */
    private static @Nullable Member member(String json, String member) {
        Member found = null;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new AmpException(AdminError.INVALID_PAYLOAD_FORMAT, "the body must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(member);
                parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                if (parser.currentToken().isScalarValue()) {
                    parser.getText();
                    parser.finishToken();
                } else {
                    parser.skipChildren();
                }
                if (wanted) {
                    found = new Member(start, (int) parser.currentLocation().getCharOffset());
                }
            }
            return found;
        } catch (IOException e) {
            throw new AmpException(AdminError.INVALID_PAYLOAD_FORMAT, "the body is not valid JSON", e);
        }
    }

    private ObjectNode registration(DatasetVersion registered, @Nullable SemanticVersion version) {
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("namespace", registered.name().namespace());
        body.put("name", registered.name().name());
        if (version != null) {
            body.put("version", version.text());
        }
        body.put("manifest_hash", registered.hash().hex());
        describe(body, Inputs.load(registry, registered.hash()));
        return body;
    }

    private static void describe(ObjectNode body, Manifest manifest) {
        body.put("kind", manifest.kind());
        switch (manifest) {
            case RawManifest raw -> {
                body.put("start_block", raw.startBlock());
                body.put("finalized_blocks_only", raw.finalizedBlocksOnly());
            }
            case StaticManifest files -> {
                body.put("start_block", 0);
                body.put("finalized_blocks_only", false);
            }
            case DerivedManifest derived -> {
                body.put("start_block", derived.startBlock() == null ? 0 : derived.startBlock());
                body.put("finalized_blocks_only", false);
            }
        }
        ArrayNode tables = body.putArray("tables");
        manifest.tables().keySet().forEach(tables::add);
    }

    private void dataset(Context context) {
        DatasetName name = Inputs.dataset(context, AdminError.INVALID_PATH);
        Optional<DatasetDetails> details = registry.describe(name);
        DatasetRevision revision = details.isPresent() && details.get().latest() != null
                ? new DatasetRevision.Latest()
                : new DatasetRevision.Dev();
        DatasetVersion version = Inputs.resolve(registry, new DatasetReference(name, revision));
        Inputs.answer(context, 200, details(version, revision.toString()));
    }

    private void delete(Context context) {
        DatasetName name = Inputs.dataset(context, AdminError.INVALID_PATH);
        registry.deleteDataset(name, Boolean.parseBoolean(context.queryParam("force")));
        context.status(204);
    }

    private void versions(Context context) {
        DatasetName name = Inputs.dataset(context, AdminError.INVALID_PATH);
        boolean asText = ClientProfile.of(context, settings) == ClientProfile.TYPESCRIPT;
        Optional<DatasetDetails> details = registry.describe(name);
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("namespace", name.namespace());
        body.put("name", name.name());
        ArrayNode versions = body.putArray("versions");
        ObjectNode special = body.putObject("special_tags");
        details.ifPresent(known -> {
            for (TagEntry tag : known.tags()) {
                if (asText) {
                    versions.add(tag.version().text());
                } else {
                    ObjectNode entry = versions.addObject();
                    entry.put("version", tag.version().text());
                    entry.put("manifest_hash", tag.hash().hex());
                    entry.put("created_at", Inputs.time(tag.createdAt()));
                    entry.put("updated_at", Inputs.time(tag.updatedAt()));
                }
            }
            if (known.latest() != null) {
                latestTag(known)
                        .ifPresent(tag -> special.put("latest", tag.version().text()));
            }
            if (known.dev() != null) {
                special.put("dev", known.dev().hex());
            }
        });
        Inputs.answer(context, 200, body);
    }

    /** Tags come highest first; among equal precedence the one that {@code latest} points to. */
    private static Optional<TagEntry> latestTag(DatasetDetails details) {
        return details.tags().stream()
                .filter(tag -> tag.hash().equals(details.latest()))
                .findFirst();
    }

    private void version(Context context) {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH);
        Inputs.answer(context, 200, details(version, context.pathParam("rev")));
    }

    private ObjectNode details(DatasetVersion version, String revision) {
        DatasetDetails details = registry.describe(version.name())
                .orElseThrow(() ->
                        new AmpException(AdminError.DATASET_NOT_FOUND, "dataset '" + version.name() + "' not found"));
        Optional<TagEntry> tag = details.tags().stream()
                .filter(candidate -> candidate.version().text().equals(revision))
                .findFirst()
                .or(() -> details.tags().stream()
                        .filter(candidate -> candidate.hash().equals(version.hash()))
                        .findFirst());
        ObjectNode body = Inputs.JSON.createObjectNode();
        body.put("namespace", version.name().namespace());
        body.put("name", version.name().name());
        body.put("revision", revision);
        body.put("version", tag.map(found -> found.version().text()).orElse(revision));
        body.put("manifest_hash", version.hash().hex());
        describe(body, Inputs.load(registry, version.hash()));
        body.put(
                "created_at",
                Inputs.time(tag.map(TagEntry::createdAt).orElseGet(() -> registry.registeredAt(version))));
        body.put(
                "updated_at",
                Inputs.time(tag.map(TagEntry::updatedAt).orElseGet(() -> registry.registeredAt(version))));
        return body;
    }

    private void deleteVersion(Context context) {
        DatasetName name = Inputs.dataset(context, AdminError.INVALID_PATH);
        String text = context.pathParam("rev");
        if (!SemanticVersion.isValid(text)) {
            throw new AmpException(AdminError.INVALID_PATH, "only a version can be deleted, not '" + text + "'");
        }
        registry.deleteVersion(name, new SemanticVersion(text));
        context.status(204);
    }

    private void manifest(Context context) {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH);
        String text = registry.servedText(version.hash())
                .orElseThrow(() -> new AmpException(
                        AdminError.MANIFEST_NOT_FOUND, "manifest " + version.hash() + " is not in the store"));
        context.contentType("application/json");
        context.result(text);
    }

    private void schema(Context context) throws IOException {
        DatasetVersion version = Inputs.version(context, registry, AdminError.INVALID_PATH);
        Inputs.answer(context, 200, schema(version, context.pathParam("rev")));
    }

    /** Table schemas as the canonical manifest spells them (section 6.5). */
    ObjectNode schema(DatasetVersion version, String revision) throws IOException {
        JsonNode manifest = Inputs.JSON.readTree(registry.servedText(version.hash())
                .orElseThrow(() -> new AmpException(
                        AdminError.MANIFEST_NOT_FOUND, "manifest " + version.hash() + " is not in the store")));
        ObjectNode body = details(version, revision);
        body.remove("tables");
        ArrayNode tables = body.putArray("tables");
        Manifest decoded = Inputs.load(registry, version.hash());
        JsonNode schemas = Inputs.JSON.readTree(registry.schemasText(version.hash()));
        for (String table : decoded.tables().keySet()) {
            ObjectNode entry = tables.addObject();
            entry.put("name", table);
            entry.put(
                    "network",
                    decoded instanceof RawManifest raw
                            ? raw.network().value()
                            : manifest.path("tables")
                                    .path(table)
                                    .path("network")
                                    .asText(""));
            entry.set("schema", schemas.get(table));
        }
        return body;
    }
}
