package io.amp.core.job;

import io.amp.core.chain.VisibleChain;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.StaticManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobControl;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentCatalog.TableSnapshot;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deploys datasets and operates jobs. */
public final class JobService implements JobControl {
    private static final Logger LOG = LoggerFactory.getLogger(JobService.class);

    /** The only kind whose blocks can be verified (datasets specification, section 9). */
    private static final String VERIFIABLE_KIND = "evm-rpc";

    private final JobStore jobs;
    private final SegmentCatalog catalog;
    private final DatasetRegistry datasets;

    public JobService(MetadataStore metadata, DatasetRegistry datasets) {
        this.jobs = metadata.jobs();
        this.catalog = metadata.segments();
        this.datasets = datasets;
    }

    @Override
    public Job deploy(DeployRequest request) {
        DatasetVersion dataset = request.dataset();
        JobDescriptor descriptor = descriptor(request, datasets.load(dataset.hash()));
        Job job = jobs.schedule(
                IdempotencyKeys.of(descriptor.kind(), dataset),
                dataset,
                JobDescriptorJson.write(descriptor),
                request.nodeSelector());
        LOG.info("job {} of {} is {} on {}", job.id(), dataset, job.status(), job.nodeId());
        return job;
    }

    private static JobDescriptor descriptor(DeployRequest request, Manifest manifest) {
        if (request.verify() != VerifyMode.OFF && !manifest.kind().equals(VERIFIABLE_KIND)) {
            throw new AmpException(
                    JobError.INVALID_VERIFY,
                    "blocks of kind '" + manifest.kind() + "' cannot be verified, only those of '" + VERIFIABLE_KIND
                            + "'");
        }
        return switch (manifest) {
            case RawManifest raw ->
                new JobDescriptor.MaterializeRaw(
                        request.dataset(), request.endBlock(), Math.max(request.parallelism(), 1), request.verify());
            case DerivedManifest derived -> new JobDescriptor.MaterializeDerived(request.dataset(), request.endBlock());
            case StaticManifest fixed ->
                throw new AmpException(
                        DatasetError.UNSUPPORTED_DATASET_KIND,
                        "dataset " + request.dataset().name() + " is of kind '" + fixed.kind()
                                + "', which has nothing to materialise");
        };
    }

    @Override
    public Job stop(long jobId) {
        Job job = jobs.requestStop(jobId);
        LOG.info("stop of job {} requested: {}", jobId, job.status());
        return job;
    }

    @Override
    public Optional<Job> find(long jobId) {
        return jobs.find(jobId);
    }

    @Override
    public List<Job> list(Set<JobStatus> statuses, @Nullable Long before, int limit) {
        return jobs.list(statuses, before, limit);
    }

    @Override
    public List<Job> listOf(DatasetVersion dataset) {
        return jobs.listOf(dataset);
    }

    @Override
    public List<JobEvent> events(long jobId) {
        return jobs.events(jobId);
    }

    @Override
    public void delete(long jobId) {
        jobs.delete(jobId);
    }

    @Override
    public int deleteAll(Set<JobStatus> terminalStatuses) {
        return jobs.deleteAll(terminalStatuses);
    }

    @Override
    public void deleteListed(List<Long> jobIds) {
        jobs.deleteListed(jobIds);
    }

    @Override
    public Map<String, TableProgress> progress(long jobId) {
        SortedMap<String, TableProgress> progress = new TreeMap<>();
        Map<String, TableRevision> written = catalog.writtenBy(jobId);
        Map<TableKey, TableSnapshot> snapshots = catalog.snapshot(
                written.values().stream().map(TableRevision::key).toList());
        written.forEach((table, revision) -> {
            TableSnapshot snapshot = snapshots.get(revision.key());
            if (snapshot != null && snapshot.revision().id() == revision.id()) {
                Manifest manifest = datasets.load(revision.key().dataset().hash());
                progress.put(table, progressOf(snapshot, startBlock(manifest), jobId));
            }
        });
        return progress;
    }

    @Override
    public Map<String, TableProgress> progressOf(DatasetVersion dataset) {
        Manifest manifest = datasets.load(dataset.hash());
        Map<TableKey, TableSnapshot> snapshots = catalog.snapshot(manifest.tables().keySet().stream()
                .map(table -> new TableKey(dataset, table))
                .toList());
        SortedMap<String, TableProgress> progress = new TreeMap<>();
        for (String table : manifest.tables().keySet()) {
            TableSnapshot snapshot = snapshots.get(new TableKey(dataset, table));
            progress.put(
                    table,
                    snapshot == null
                            ? new TableProgress(null, null, 0, 0, null)
                            : progressOf(
                                    snapshot,
                                    startBlock(manifest),
                                    catalog.writerOf(snapshot.revision().id()).orElse(null)));
        }
        return progress;
    }

    private static @Nullable Long startBlock(Manifest manifest) {
        return switch (manifest) {
            case RawManifest raw -> raw.startBlock();
            case DerivedManifest derived -> derived.startBlock();
            case StaticManifest fixed -> null;
        };
    }

    private static TableProgress progressOf(TableSnapshot snapshot, @Nullable Long startBlock, @Nullable Long writer) {
        VisibleChain visible = VisibleChain.of(snapshot.segments(), startBlock);
        BlockRange synced = visible.syncedRange().orElse(null);
        return new TableProgress(
                synced == null ? null : synced.start(),
                synced == null ? null : synced.end(),
                visible.segments().size(),
                visible.segments().stream().mapToLong(Segment::sizeBytes).sum(),
                writer);
    }
}
