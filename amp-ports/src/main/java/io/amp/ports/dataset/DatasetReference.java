package io.amp.ports.dataset;

import org.jspecify.annotations.Nullable;

/**
 * {@code namespace/name[@revision]}. Parsing from text is {@code io.amp.core.dataset.References}.
 *
 * @param revision null when left out: {@code latest}, or {@code dev} when the dataset has no release
 */
public record DatasetReference(DatasetName name, @Nullable DatasetRevision revision) {
    @Override
    public String toString() {
        return revision == null ? name.toString() : name + "@" + revision;
    }
}
