package io.amp.core.dataset;

import io.amp.core.dataset.ManifestCache.Stored;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetStore;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Canonical manifests as objects named by their hash, with one row each (datasets specification, section 7.1). Object first, row second
 * when writing; row first, object second when deleting. Thread-safe.
 */
final class ManifestStore {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestStore.class);

    private final DatasetStore rows;
    private final ObjectStore objects;
    private final ManifestReader reader;
    private final ManifestCache cache = new ManifestCache();

    ManifestStore(DatasetStore rows, ObjectStore objects, ManifestReader reader) {
        this.rows = rows;
        this.objects = objects;
        this.reader = reader;
    }

    /** Writes a manifest; a stored one is left as it is. */
    ManifestHash save(ManifestDocument document) {
        String text = document.canonicalText();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ManifestHash hash = ManifestDocument.hashOf(bytes);
        try {
            if (objects.putIfAbsent(hash.hex(), bytes).isEmpty() && !isIntact(hash)) {
                LOG.warn("manifest {} was corrupted in the store and is written again", hash);
                objects.put(hash.hex(), bytes);
            }
        } catch (AmpException e) {
            throw failed(DatasetError.MANIFEST_STORAGE_ERROR, "storing manifest " + hash, e);
        }
        try {
            rows.registerManifest(hash, document.manifest().kind(), hash.hex());
        } catch (AmpException e) {
            throw failed(DatasetError.MANIFEST_REGISTRATION_ERROR, "recording manifest " + hash, e);
        }
        cache.add(hash, new Stored(text, document));
        return hash;
    }

    /**
     * A stored manifest; empty when its object is missing.
     *
     * @throws AmpException {@link DatasetError#MANIFEST_CORRUPTED}, {@link DatasetError#MANIFEST_STORE_ERROR}
     */
    Optional<Stored> find(ManifestHash hash) {
        Optional<Stored> cached = cache.find(hash);
        if (cached.isPresent()) {
            return cached;
        }
        Optional<byte[]> bytes = read(hash);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        if (!ManifestDocument.hashOf(bytes.get()).equals(hash)) {
            throw new AmpException(
                    DatasetError.MANIFEST_CORRUPTED,
                    "manifest corrupted: the stored content of " + hash + " has another hash");
        }
        String text = new String(bytes.get(), StandardCharsets.UTF_8);
        var stored = new Stored(text, decode(hash, text));
        cache.add(hash, stored);
        return Optional.of(stored);
    }

    /** Row and object both exist. */
    boolean exists(ManifestHash hash) {
        return rows.findManifest(hash).isPresent() && find(hash).isPresent();
    }

    /**
     * Removes row and object of a manifest that no dataset links.
     *
     * @return false when one does, or there is no row
     */
    boolean remove(ManifestHash hash) {
        if (!rows.removeManifest(hash)) {
            return false;
        }
        cache.remove(hash);
        removeObject(hash);
        return true;
    }

    void removeObject(ManifestHash hash) {
        try {
            objects.delete(hash.hex());
        } catch (AmpException e) {
            throw failed(DatasetError.MANIFEST_STORE_ERROR, "deleting the object of manifest " + hash, e);
        }
    }

    private boolean isIntact(ManifestHash hash) {
        return ManifestDocument.hashOf(objects.read(hash.hex())).equals(hash);
    }

    private Optional<byte[]> read(ManifestHash hash) {
        String path =
                rows.findManifest(hash).map(DatasetStore.ManifestEntry::path).orElse(hash.hex());
        try {
            return Optional.of(objects.read(path));
        } catch (AmpException e) {
            if (e.is(StorageError.OBJECT_NOT_FOUND)) {
                return Optional.empty();
            }
            throw failed(DatasetError.MANIFEST_STORE_ERROR, "reading manifest " + hash, e);
        }
    }

    private ManifestDocument decode(ManifestHash hash, String text) {
        try {
            return reader.readStored(text);
        } catch (AmpException e) {
            throw new AmpException(e.code(), "stored manifest " + hash + " cannot be used: " + e.getMessage(), e);
        }
    }

    static AmpException failed(DatasetError code, String what, AmpException cause) {
        return new AmpException(code, what + " failed: " + cause.getMessage(), cause);
    }
}
