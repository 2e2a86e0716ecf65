package io.amp.core.dataset;

import io.amp.core.json.JsonNode;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dataset files of the first generation in the manifests folder: {@code name.json} and {@code name__1_2_0.json} (datasets
 * specification, section 2.7). Files of datasets that nobody registered yet are registered; what cannot be is logged and left alone.
 */
final class LegacyManifestFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LegacyManifestFiles.class);
    private static final String SUFFIX = ".json";
    private static final SemanticVersion UNVERSIONED = new SemanticVersion("0.0.0");

    private final DatasetRegistry registry;
    private final DatasetStore store;
    private final ObjectStore objects;

    LegacyManifestFiles(DatasetRegistry registry, DatasetStore store, ObjectStore objects) {
        this.registry = registry;
        this.store = store;
        this.objects = objects;
    }

    void register() {
        List<LegacyFile> waiting = new ArrayList<>();
        for (ObjectInfo object : objects.list("")) {
            legacyFile(object.path())
                    .filter(file -> !store.exists(file.reference().name()))
                    .ifPresent(waiting::add);
        }
        waiting.sort(Comparator.comparing((LegacyFile file) -> file.reference().name())
                .thenComparing(LegacyFile::version));
        // A derived file may come before the one it depends on, so failures are tried again as long as others succeed.
        Map<LegacyFile, AmpException> failures = new LinkedHashMap<>();
        int before;
        do {
            before = waiting.size();
            failures.clear();
            waiting.removeIf(file -> registered(file, failures));
        } while (waiting.size() < before && !waiting.isEmpty());
        failures.forEach(
                (file, failure) -> LOG.warn("skipping manifest file {}: {}", file.path(), failure.getMessage()));
    }

    private boolean registered(LegacyFile file, Map<LegacyFile, AmpException> failures) {
        try {
            registry.register(file.reference().name(), file.text(), file.version());
            return true;
        } catch (AmpException e) {
            failures.put(file, e);
            return false;
        }
    }

    private Optional<LegacyFile> legacyFile(String path) {
        if (path.indexOf('/') >= 0 || !path.endsWith(SUFFIX)) {
            return Optional.empty();
        }
        String stem = path.substring(0, path.length() - SUFFIX.length());
        if (ManifestHash.isValid(stem)) {
            return Optional.empty();
        }
        try {
            DatasetReference reference = References.parseWithUnderscores(stem);
            if (stem.indexOf('@') >= 0) {
                throw new AmpException(DatasetError.INVALID_REFERENCE, "invalid dataset name '" + stem + "'");
            }
            String text = new String(objects.read(path), StandardCharsets.UTF_8);
            SemanticVersion version = reference.revision() instanceof DatasetRevision.Tagged tagged
                    ? tagged.version()
                    : embeddedVersion(text).orElse(UNVERSIONED);
            return Optional.of(new LegacyFile(path, reference, version, text));
        } catch (AmpException e) {
            LOG.warn("skipping manifest file {}: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<SemanticVersion> embeddedVersion(String text) {
        return JsonNode.document(text, "the manifest", DatasetError.INVALID_MANIFEST)
                .optional("version")
                .filter(JsonNode::isString)
                .map(JsonNode::string)
                .filter(SemanticVersion::isValid)
                .map(SemanticVersion::new);
    }

    private record LegacyFile(String path, DatasetReference reference, SemanticVersion version, String text) {}
}
