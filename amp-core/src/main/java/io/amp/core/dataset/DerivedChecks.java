package io.amp.core.dataset;

import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.error.AmpException;
import java.util.Map;

/** The registration checks of derived datasets that need an SQL engine (datasets specification, section 4.4, from number 2 on). */
@FunctionalInterface
public interface DerivedChecks {
    /** For a build without an engine that can judge derived SQL: refuses every derived manifest. */
    DerivedChecks UNSUPPORTED = manifest -> {
        throw new AmpException(
                DatasetError.MANIFEST_VALIDATION_ERROR,
                "Manifest validation error: this build cannot check the SQL of derived datasets, so it does not register them");
    };

    /**
     * @param draft dependencies pinned; tables whose schema is to be inferred have one without columns
     * @return inferred schema per table
     * @throws AmpException {@link DatasetError#MANIFEST_VALIDATION_ERROR}, or {@link DatasetError#INVALID_MANIFEST} for functions
     */
    Map<String, TableSchema> check(DerivedManifest draft);
}
