package io.amp.ports.storage;

import io.amp.ports.dataset.DatasetVersion;

/** One table of one dataset version; all four parts identify a physical table. */
public record TableKey(DatasetVersion dataset, String table) {
    @Override
    public String toString() {
        return dataset + "." + table;
    }
}
