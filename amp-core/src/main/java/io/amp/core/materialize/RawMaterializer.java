package io.amp.core.materialize;

import io.amp.core.job.DatabaseRetry;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;
import io.amp.ports.job.VerifyMode;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.runtime.Tasks;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.SegmentStore;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs one raw job: prepares its tables, connects the source and follows the chain until the end block (jobs-and-storage specification,
 * sections 3.9 and 5). All state is in the catalogue, so a run that was killed anywhere is simply started again. Thread-safe; one run
 * per call.
 */
public final class RawMaterializer {
    private static final String CHAIN_ID = "chain_id";

    private final SegmentCatalog catalog;
    private final SegmentStore segments;
    private final ObjectStore objects;
    private final SourceOpener sources;
    private final Function<VerifyMode, BlockCheck> checks;
    private final MaterializeSettings settings;
    private final Clock clock;
    private final Tasks tasks;
    private final Randomness randomness;
    private final DatabaseRetry retry;

    /** Connects a source for a dataset; the caller closes it. */
    @FunctionalInterface
    public interface SourceOpener {
        ChainSource open(RawManifest dataset) throws InterruptedException;
    }

    /**
     * @param objects the data store
     * @param checks a new check for each partition
     */
    public RawMaterializer(
            SegmentCatalog catalog,
            SegmentStore segments,
            ObjectStore objects,
            SourceOpener sources,
            Function<VerifyMode, BlockCheck> checks,
            MaterializeSettings settings,
            Clock clock,
            Tasks tasks,
            Randomness randomness) {
        this.catalog = catalog;
        this.segments = segments;
        this.objects = objects;
        this.sources = sources;
        this.checks = checks;
        this.settings = settings;
        this.clock = clock;
        this.tasks = tasks;
        this.randomness = randomness;
        this.retry = new DatabaseRetry(clock, randomness);
    }

    /**
     * Returns when the end block is reached; a continuous job only ends by interruption or failure.
     *
     * @throws AmpException a {@link JobError}, or {@link StorageError#FENCED} when the job went to another worker
     */
    public void run(Assignment assignment, MaterializeRaw job, RawManifest dataset) throws InterruptedException {
        List<RawTable> tables = prepare(assignment, job, dataset);
        if (tables.isEmpty()) {
            return;
        }
        try (ChainSource source = connect(dataset, tables)) {
            new ChainFollower(
                            source,
                            tables,
                            dataset,
                            job,
                            new Extraction(
                                    source,
                                    segments,
                                    new SegmentCommitter(catalog, objects, assignment, clock, randomness),
                                    () -> checks.apply(job.verify()),
                                    settings,
                                    clock,
                                    tasks,
                                    randomness),
                            settings,
                            clock,
                            randomness)
                    .follow();
        }
    }

    private List<RawTable> prepare(Assignment assignment, MaterializeRaw job, RawManifest dataset)
            throws InterruptedException {
        List<RawTable> tables = new ArrayList<>();
        for (TableDefinition definition : dataset.tables().values()) {
            tables.add(new RawTable(definition, revision(assignment, job, definition.name()), catalog));
        }
        List<TableRevision> revisions = tables.stream().map(RawTable::revision).toList();
        attempt(JobError.LOCK_REVISIONS_FOR_WRITER, "cannot take the tables for writing", () -> {
            catalog.takeWriterMark(assignment, revisions);
            return true;
        });
        ConsistencyCheck check = new ConsistencyCheck(catalog, objects, clock);
        for (RawTable table : tables) {
            attempt(
                    JobError.CONSISTENCY_CHECK,
                    "cannot compare the files of " + table.revision().path() + " with the catalogue",
                    () -> {
                        check.run(table.revision());
                        return true;
                    });
            attempt(
                    JobError.MISSING_RANGES,
                    "cannot read the segments of " + table.revision().path(),
                    () -> {
                        table.reload();
                        return true;
                    });
        }
        return tables;
    }

    private TableRevision revision(Assignment assignment, MaterializeRaw job, String table)
            throws InterruptedException {
        TableKey key = new TableKey(job.dataset(), table);
        Optional<TableRevision> active = attempt(
                JobError.GET_ACTIVE_PHYSICAL_TABLE,
                "cannot look up the active revision of " + key,
                () -> catalog.findActive(key));
        if (active.isPresent()) {
            return active.get();
        }
        // The path is chosen once, so that a repeated call finds what a lost answer left.
        String path = SegmentNames.revisionPath(job.dataset().name(), table, randomness.newUuidV7(clock));
        return attempt(
                JobError.REGISTER_NEW_PHYSICAL_TABLE,
                "cannot create a revision of " + key,
                () -> catalog.createActive(assignment, key, path));
    }

    /** The chain that a revision was first filled from is remembered, so that chains never mix (sources specification, section 5.3). */
    private ChainSource connect(RawManifest dataset, List<RawTable> tables) throws InterruptedException {
        long location = tables.getFirst().revision().id();
        Map<String, String> known = new HashMap<>(dataset.settings());
        attempt(
                        JobError.CREATE_BLOCK_STREAM_CLIENT,
                        "cannot read the facts of the revision",
                        () -> catalog.findFact(location, CHAIN_ID))
                .ifPresent(id -> known.put(RawManifest.RECORDED_CHAIN_ID, id));
        ChainSource source;
        try {
            source = sources.open(new RawManifest(
                    dataset.kind(),
                    dataset.network(),
                    dataset.startBlock(),
                    dataset.finalizedBlocksOnly(),
                    dataset.tables(),
                    known));
        } catch (AmpException e) {
            throw new AmpException(JobError.CREATE_BLOCK_STREAM_CLIENT, "cannot connect a source", e);
        }
        try {
            OptionalLong chainId = source.chainId();
            if (chainId.isPresent()) {
                attempt(
                        JobError.CREATE_BLOCK_STREAM_CLIENT,
                        "cannot record the chain id",
                        () -> catalog.recordFact(location, CHAIN_ID, Long.toString(chainId.getAsLong())));
            }
            return source;
        } catch (RuntimeException | InterruptedException e) {
            source.close();
            throw e;
        }
    }

    /** Names the step in the job's error, unless it is named already; losing the assignment stays what it is. */
    private <T> T attempt(ErrorCode code, String what, Supplier<T> step) throws InterruptedException {
        try {
            return retry.call(what, step);
        } catch (AmpException e) {
            if (e.is(StorageError.FENCED) || e.is(code)) {
                throw e;
            }
            throw new AmpException(code, what, e);
        }
    }
}
