package io.amp.core.dataset;

import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.SemanticVersion;
import java.util.List;
import java.util.Optional;

/** What is registered now, as far as the dependencies of a derived manifest need it (datasets specification, sections 1.4 and 2.7). */
public interface DependencyPins {
    /** Nothing is registered. */
    DependencyPins NONE = new DependencyPins() {
        @Override
        public Optional<DatasetReference> pin(DatasetReference reference) {
            return Optional.empty();
        }

        @Override
        public List<SemanticVersion> releases(DatasetName dataset) {
            return List.of();
        }
    };

    /**
     * The reference with its revision replaced by a version or hash; one that names a version or hash comes back as it is. Empty when it
     * does not resolve.
     */
    Optional<DatasetReference> pin(DatasetReference reference);

    /** Releases of a dataset, highest first; empty for an unknown one. */
    List<SemanticVersion> releases(DatasetName dataset);
}
