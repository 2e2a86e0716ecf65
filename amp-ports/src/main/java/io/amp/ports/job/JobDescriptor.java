package io.amp.ports.job;

import io.amp.ports.dataset.DatasetVersion;

/** A job's parameters; its JSON form is written and read by {@code io.amp.core.job.JobDescriptorJson}. */
public sealed interface JobDescriptor {
    DatasetVersion dataset();

    EndBlock endBlock();

    /** {@code materialize-raw} or {@code materialize-derived}. */
    String kind();

    /** @param maxWriters partitions extracted at once, at least 1 */
    record MaterializeRaw(DatasetVersion dataset, EndBlock endBlock, int maxWriters, VerifyMode verify)
            implements JobDescriptor {
        public static final String KIND = "materialize-raw";

        @Override
        public String kind() {
            return KIND;
        }
    }

    record MaterializeDerived(DatasetVersion dataset, EndBlock endBlock) implements JobDescriptor {
        public static final String KIND = "materialize-derived";

        @Override
        public String kind() {
            return KIND;
        }
    }
}
