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
        routes.get("/datasets", this::list);
        routes.post("/datasets", this::create);
        routes.get("/datasets/{ns}/{name}/versions", this::versions);
        routes.get("/datasets/{ns}/{name}/versions/{rev}", this::version);
        routes.delete("/datasets/{ns}/{name}/versions/{rev}", this::deleteVersion);
        routes.get("/datasets/{ns}/{name}/versions/{rev}/manifest", this::manifest);
        routes.get("/datasets/{ns}/{name}/versions/{rev}/schema", this::schema);
    }

    /** Registered after the un-namespaced routes of the same length. */
    void registerShort(RoutesConfig routes) {
        routes.get("/datasets/{ns}/{name}", this::dataset);
        routes.delete("/datasets/{ns}/{name}", this::delete);
    }

    private void list(Context context) {
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

    private void create(Context context) throws IOException {
        String text = Inputs.body(context, settings.manifestBytesMax(), AdminError.INVALID_PAYLOAD_FORMAT);
        String document = memberText(text, "manifest");
        ObjectNode request = Inputs.object(
                document == null ? text : text.replace(document, "null"), false, AdminError.INVALID_PAYLOAD_FORMAT);
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

    /** The text of one member of a JSON object as sent, so that its duplicate keys and numbers stay visible; null when absent. */
    private static @Nullable String memberText(String json, String member) {
        String found = null;
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
                    int end = (int) parser.currentLocation().getCharOffset();
                    found = json.substring(start, end);
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
        describe(body, registry.load(registered.hash()));
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
        describe(body, registry.load(version.hash()));
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
        Manifest decoded = registry.load(version.hash());
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
