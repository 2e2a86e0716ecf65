package io.amp.core.dataset;

import io.amp.core.dataset.ManifestDocument.Embedded;
import io.amp.core.json.JsonNode;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.error.AmpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests of every kind (datasets specification, sections 2 to 5): decodes, validates and brings into canonical form.
 *
 * <p>What cannot be decoded is {@link DatasetError#INVALID_MANIFEST} with the path of the first fault; what decodes but may not be
 * registered is {@link DatasetError#MANIFEST_VALIDATION_ERROR} with all faults.
 */
public final class ManifestReader {
    /** Spellings of the derived kind in older documents; stored and served as {@value DerivedManifest#KIND}. */
    private static final List<String> DERIVED_ALIASES = List.of("sql", "derived");

    private final DependencyPins dependencies;
    private final DerivedChecks checks;

    public ManifestReader(DependencyPins dependencies, DerivedChecks checks) {
        this.dependencies = dependencies;
        this.checks = checks;
    }

    /** Reads a document that is to be registered. */
    public ManifestDocument read(String text) {
        return read(text, true);
    }

    /** Reads a stored document: nothing is refused that older versions accepted. */
    public ManifestDocument readStored(String text) {
        return read(text, false);
    }

    private ManifestDocument read(String text, boolean strict) {
        JsonNode document = JsonNode.document(text, "the manifest", DatasetError.INVALID_MANIFEST);
        String kind = canonicalKind(document.required("kind").string());
        var embedded = new Embedded(embedded(document, "name"), embedded(document, "version"));
        return switch (kind) {
            case DerivedManifest.KIND ->
                new DerivedManifestReader(dependencies, checks, strict).read(document, embedded);
            case StaticManifest.KIND -> StaticManifestReader.read(document, embedded);
            default -> {
                if (!BuiltInTables.kinds().contains(kind)) {
                    throw new AmpException(
                            DatasetError.UNSUPPORTED_DATASET_KIND, "unsupported dataset kind: '" + kind + "'");
                }
                yield new RawManifestReader(kind, strict).read(document, embedded);
            }
        };
    }

    /** The spelling that is stored: the aliases of the derived kind become {@value DerivedManifest#KIND}. */
    public static String canonicalKind(String kind) {
        return DERIVED_ALIASES.contains(kind) ? DerivedManifest.KIND : kind;
    }

    static AmpException invalid(List<String> problems) {
        return new AmpException(
                DatasetError.MANIFEST_VALIDATION_ERROR, "Manifest validation error: " + String.join("; ", problems));
    }

    private static @Nullable String embedded(JsonNode document, String key) {
        return document.optional(key)
                .filter(JsonNode::isString)
                .map(JsonNode::string)
                .orElse(null);
    }
}
