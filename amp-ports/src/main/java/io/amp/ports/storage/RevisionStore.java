package io.amp.ports.storage;

import io.amp.ports.dataset.DatasetVersion;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with revisions and their files (jobs-and-storage specification, section 4.9). Objects in the store are the caller's
 * task. Each method is one transaction. Thread-safe. Failures: {@link StorageError#METADATA_UNAVAILABLE} (retryable), {@link
 * StorageError#METADATA_ERROR}, and the codes named below.
 */
public interface RevisionStore {
    Optional<RevisionState> find(long locationId);

    /**
     * Newest first.
     *
     * @param active null = both
     * @param before only ids below; null = from the newest
     */
    List<RevisionState> list(@Nullable Boolean active, @Nullable Long before, int limit);

    /**
     * Adds an inactive revision; the same path again returns the existing one.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#METADATA_ERROR}: the path belongs to another table
     */
    TableRevision register(TableKey key, String path);

    /**
     * Makes a revision the only active one of its table; notifies.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#REVISION_NOT_FOUND}; {@link StorageError#TABLE_NOT_REGISTERED}: it is a
     *     revision of another table
     */
    void activate(TableKey key, long locationId);

    /** @return false when the table never had an active revision */
    boolean deactivate(TableKey key);

    /**
     * Removes a revision with all its file rows.
     *
     * @param evenActive the table is left without an active revision then
     * @throws io.amp.ports.error.AmpException {@link StorageError#REVISION_NOT_FOUND}, {@link StorageError#REVISION_IS_ACTIVE}, {@link
     *     StorageError#WRITER_JOB_NOT_TERMINAL}
     */
    void delete(long locationId, boolean evenActive);

    /**
     * For operations that touch objects before rows.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#REVISION_NOT_FOUND}, {@link StorageError#WRITER_JOB_NOT_TERMINAL}
     */
    void requireIdle(long locationId);

    Optional<CataloguedFile> findFile(long fileId);

    /**
     * All files of a revision, live or not, ascending by id.
     *
     * @param after only ids above; 0 = from the first
     */
    List<CataloguedFile> files(long locationId, long after, int limit);

    /**
     * Live files of a dataset version's active revisions, ascending by id.
     *
     * @param table null = of all tables
     * @param after only ids above; 0 = from the first
     */
    List<CataloguedFile> activeFiles(DatasetVersion dataset, @Nullable String table, long after, int limit);

    /** Number and bytes of all files of a revision, live or not; zeros for an unknown one. */
    FileTotals totals(long locationId);

    /**
     * Adds files that were found in the store; known names stay as they are. Notifies.
     *
     * @return number added
     * @throws io.amp.ports.error.AmpException {@link StorageError#REVISION_NOT_FOUND}
     */
    int registerFiles(long locationId, List<WrittenSegment> files);

    /**
     * Removes rows; unknown ids are ignored.
     *
     * @return number removed
     */
    int removeFiles(long locationId, Collection<Long> fileIds);

    /** @param writer job that wrote it last, if that job is still there */
    record RevisionState(
            TableRevision revision,
            boolean active,
            @Nullable Long writer,
            Instant createdAt) {}

    /**
     * One file row as clients see it.
     *
     * @param url of the revision's directory, with trailing slash
     * @param metadataJson the footer's object, byte for byte
     */
    record CataloguedFile(
            long id,
            TableRevision revision,
            String fileName,
            String url,
            @Nullable Long objectSize,
            @Nullable String etag,
            @Nullable String version,
            String metadataJson) {}

    record FileTotals(long files, long bytes) {}
}
