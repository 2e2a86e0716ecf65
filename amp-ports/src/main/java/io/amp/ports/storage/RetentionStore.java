package io.amp.ports.storage;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How files leave the catalogue: replaced by compaction, pruned, collected (jobs-and-storage specification, sections 7 and 8). A file on
 * the collection list is invisible to new snapshots at once; its object stays readable until its expiration. Deleting takes three steps,
 * each of which may be repeated: {@link #beginDeletion}, the objects, {@link #finishDeletion}. Each method is one transaction.
 * Thread-safe. Failures: {@link StorageError#METADATA_UNAVAILABLE} (retryable), {@link StorageError#METADATA_ERROR}.
 */
public interface RetentionStore {
    /**
     * Replaces files by one that holds their rows: fences, inserts the new file, puts the inputs on the collection list. New snapshots see
     * either all inputs or the output. Never throws for connection trouble; repeating a call is harmless.
     *
     * @param inputs ids of files of the output's revision
     * @param keepInputs from now until the inputs' expiration
     * @param stillWanted judges the live segments, ascending by id, while nobody else can change them; a pure function
     */
    CompactionOutcome commitCompaction(
            Assignment writer,
            WrittenSegment output,
            List<Long> inputs,
            Duration keepInputs,
            Predicate<List<Segment>> stillWanted);

    /**
     * Puts files on the collection list; for those already there only the expiration moves. Unknown ids are ignored.
     *
     * @param delay from now; zero counts as one second
     * @return number of files now on the list among those named
     */
    int schedule(long locationId, Collection<Long> fileIds, Duration delay);

    /** Revisions with files whose expiration has passed, ascending. */
    List<Long> locationsWithExpiredFiles();

    /** Marks expired files as being deleted, and names those that an interrupted round has marked before. Ascending by id. */
    List<ExpiredFile> beginDeletion(long locationId, int limit);

    /** Removes the rows of files marked by {@link #beginDeletion}, after their objects are gone. @return number removed */
    int finishDeletion(long locationId, Collection<Long> fileIds);

    /** Remembers blocks that left the chain and whose files are about to be deleted; known ones stay as they are. */
    void recordOrphanedBlocks(long locationId, List<OrphanedBlock> blocks);

    Optional<OrphanedBlock> findOrphanedBlock(long locationId, BlockHash hash);

    /** Forgets what was recorded longer ago. @return number forgotten */
    int forgetOrphanedBlocks(Duration age);

    /** Asks that blocks be extracted again; a known request stays as it is. @return the request's id */
    long requestReextraction(DatasetVersion dataset, BlockInterval blocks);

    /** Ascending by id. */
    List<ReextractionRequest> reextractionRequests(DatasetVersion dataset);

    /** Unknown is success. */
    void finishReextraction(long requestId);

    /** @param path object path below the data store */
    record ExpiredFile(long fileId, String path) {}

    record OrphanedBlock(long number, BlockHash hash, BlockHash parentHash) {}

    record ReextractionRequest(long id, BlockInterval blocks) {}

    /** What a compaction came to. */
    sealed interface CompactionOutcome {
        record Committed(long fileId) implements CompactionOutcome {}

        /** An input is no longer live, or {@code stillWanted} said no; nothing changed. The output is to be discarded. */
        record Superseded() implements CompactionOutcome {}

        /** As {@link CommitOutcome.Fenced}. */
        record Fenced(String reason) implements CompactionOutcome {}

        /** As {@link CommitOutcome.Unknown}. */
        record Unknown(AmpException cause) implements CompactionOutcome {}
    }
}
