package io.amp.core.materialize;

import io.amp.core.job.JobRunner;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobDescriptor.MaterializeDerived;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;

/** Runs jobs of raw datasets: looks up the manifest and extracts its tables. */
public final class RawJobRunner implements JobRunner {
    private final DatasetRegistry datasets;
    private final RawMaterializer materializer;

    public RawJobRunner(DatasetRegistry datasets, RawMaterializer materializer) {
        this.datasets = datasets;
        this.materializer = materializer;
    }

    @Override
    public void run(Job job, JobDescriptor descriptor) throws InterruptedException {
        switch (descriptor) {
            case MaterializeRaw raw -> materializer.run(job.assignment(), raw, manifest(raw.dataset()));
            case MaterializeDerived derived ->
                throw new AmpException(
                        JobError.UNSUPPORTED_JOB_KIND,
                        "jobs of kind '" + derived.kind() + "' are not supported: dataset "
                                + derived.dataset().name() + " is computed by SQL");
        }
    }

    private RawManifest manifest(DatasetVersion dataset) {
        Manifest manifest;
        try {
            manifest = datasets.load(dataset.hash());
        } catch (AmpException e) {
            throw new AmpException(JobError.GET_DATASET, "cannot load dataset " + dataset, e);
        }
        if (manifest instanceof RawManifest raw) {
            return raw;
        }
        throw new AmpException(
                JobError.NOT_A_RAW_DATASET,
                "dataset " + dataset + " is of kind '" + manifest.kind() + "', not a raw one");
    }
}
