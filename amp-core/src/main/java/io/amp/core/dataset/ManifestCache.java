package io.amp.core.dataset;

import io.amp.ports.dataset.ManifestHash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Manifests by hash. They never change, so entries only leave for lack of room or when the manifest is deleted. Thread-safe. */
final class ManifestCache {
    private static final int ENTRIES_MAX = 2_000;

    private final Map<ManifestHash, Stored> entries = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ManifestHash, Stored> eldest) {
            return size() > ENTRIES_MAX;
        }
    };

    /** @param text as stored, which may be an older key order than the document's canonical form */
    record Stored(String text, ManifestDocument document) {}

    synchronized Optional<Stored> find(ManifestHash hash) {
        return Optional.ofNullable(entries.get(hash));
    }

    synchronized void add(ManifestHash hash, Stored stored) {
        entries.put(hash, stored);
    }

    synchronized void remove(ManifestHash hash) {
        entries.remove(hash);
    }
}
