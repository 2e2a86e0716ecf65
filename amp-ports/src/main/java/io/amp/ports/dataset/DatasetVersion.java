package io.amp.ports.dataset;

/** A dataset with the one manifest that a reference resolved to; the key of jobs and physical tables. */
public record DatasetVersion(DatasetName name, ManifestHash hash) {
    /** {@code namespace/name@hash}. */
    @Override
    public String toString() {
        return name + "@" + hash;
    }
}
