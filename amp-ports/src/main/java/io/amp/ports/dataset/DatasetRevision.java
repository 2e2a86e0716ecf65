package io.amp.ports.dataset;

/** Which manifest of a dataset is meant, as a user writes it. */
public sealed interface DatasetRevision {
    /** Manifest of the highest tagged version. */
    record Latest() implements DatasetRevision {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /** Manifest registered last. */
    record Dev() implements DatasetRevision {
        @Override
        public String toString() {
            return "dev";
        }
    }

    /** Manifest that a version tag points to. */
    record Tagged(SemanticVersion version) implements DatasetRevision {
        @Override
        public String toString() {
            return version.text();
        }
    }

    /** Exactly this manifest. */
    record Hashed(ManifestHash hash) implements DatasetRevision {
        @Override
        public String toString() {
            return hash.hex();
        }
    }
}
