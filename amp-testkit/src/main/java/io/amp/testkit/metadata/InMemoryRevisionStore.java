package io.amp.testkit.metadata;

import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.RevisionStore;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.InMemoryDatabase.FileRow;
import io.amp.testkit.metadata.InMemoryDatabase.JobRow;
import io.amp.testkit.metadata.InMemoryDatabase.RevisionRow;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operators' work on an {@link InMemoryDatabase}. */
final class InMemoryRevisionStore implements RevisionStore {
    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;

    InMemoryRevisionStore(InMemoryDatabase db, InMemoryMetadataStore client) {
        this.db = db;
        this.client = client;
    }

    @Override
    public Optional<RevisionState> find(long locationId) {
        return db.transact(
                client, () -> Optional.ofNullable(db.revisions.get(locationId)).map(this::state));
    }

    @Override
    public List<RevisionState> list(@Nullable Boolean active, @Nullable Long before, int limit) {
        return db.transact(
                client,
                () -> db.revisions.values().stream()
                        .map(this::state)
                        .filter(state -> active == null || active == state.active())
                        .filter(state -> before == null || state.revision().id() < before)
                        .sorted(Comparator.comparingLong((RevisionState state) ->
                                        state.revision().id())
                                .reversed())
                        .limit(limit)
                        .toList());
    }

    private RevisionState state(RevisionRow row) {
        return new RevisionState(row.revision, isActive(row), row.writer, row.createdAt);
    }

    private boolean isActive(RevisionRow row) {
        return Objects.equals(db.activeRevisions.get(row.revision.key()), row.revision.id());
    }

    @Override
    public TableRevision register(TableKey key, String path) {
        return db.transact(client, () -> db.putRevision(key, path).revision);
    }

    @Override
    public void activate(TableKey key, long locationId) {
        db.transact(client, () -> {
            RevisionRow row = requireFound(locationId);
            if (!row.revision.key().equals(key)) {
                throw new AmpException(
                        StorageError.TABLE_NOT_REGISTERED,
                        "revision " + locationId + " belongs to " + row.revision.key() + ", not to " + key);
            }
            db.notifyRevision(locationId);
            return db.activeRevisions.put(key, locationId);
        });
    }

    @Override
    public boolean deactivate(TableKey key) {
        return db.transact(client, () -> {
            if (!db.activeRevisions.containsKey(key)) {
                return false;
            }
            Long before = db.activeRevisions.put(key, null);
            if (before != null) {
                db.notifyRevision(before);
            }
            return true;
        });
    }

    @Override
    public void delete(long locationId, boolean evenActive) {
        db.transact(client, () -> {
            RevisionRow row = requireFound(locationId);
            if (isActive(row) && !evenActive) {
                throw new AmpException(
                        StorageError.REVISION_IS_ACTIVE,
                        "revision " + locationId + " is the active one of " + row.revision.key());
            }
            requireEndedWriter(row);
            if (isActive(row)) {
                db.activeRevisions.put(row.revision.key(), null);
            }
            db.orphans.remove(locationId);
            db.notifyRevision(locationId);
            return db.revisions.remove(locationId);
        });
    }

    @Override
    public void requireIdle(long locationId) {
        db.transact(client, () -> {
            RevisionRow row = requireFound(locationId);
            requireEndedWriter(row);
            return row;
        });
    }

    private void requireEndedWriter(RevisionRow row) {
        JobRow writer = row.writer == null ? null : db.jobs.get(row.writer);
        JobStatus status = writer == null ? JobStatus.STOPPED : writer.status;
        if (!status.isTerminal()) {
            throw new AmpException(
                    StorageError.WRITER_JOB_NOT_TERMINAL,
                    "job " + row.writer + ", which writes revision " + row.revision.id() + ", is " + status);
        }
    }

    private RevisionRow requireFound(long locationId) {
        RevisionRow row = db.revisions.get(locationId);
        if (row == null) {
            throw new AmpException(StorageError.REVISION_NOT_FOUND, "revision " + locationId + " does not exist");
        }
        return row;
    }

    @Override
    public Optional<CataloguedFile> findFile(long fileId) {
        return db.transact(
                client,
                () -> db.revisions.values().stream()
                        .map(row -> row.files.get(fileId))
                        .filter(Objects::nonNull)
                        .map(this::catalogued)
                        .findFirst());
    }

    @Override
    public List<CataloguedFile> files(long locationId, long after, int limit) {
        return db.transact(
                client,
                () -> Optional.ofNullable(db.revisions.get(locationId)).stream()
                        .flatMap(row -> row.files.tailMap(after + 1).values().stream())
                        .limit(limit)
                        .map(this::catalogued)
                        .toList());
    }

    @Override
    public List<CataloguedFile> activeFiles(DatasetVersion dataset, @Nullable String table, long after, int limit) {
        return db.transact(
                client,
                () -> db.revisions.values().stream()
                        .filter(this::isActive)
                        .filter(row -> row.revision.key().dataset().equals(dataset))
                        .filter(row ->
                                table == null || row.revision.key().table().equals(table))
                        .flatMap(row -> row.files.tailMap(after + 1).values().stream())
                        .filter(FileRow::isLive)
                        .sorted(Comparator.comparingLong(file -> file.segment.fileId()))
                        .limit(limit)
                        .map(this::catalogued)
                        .toList());
    }

    private CataloguedFile catalogued(FileRow file) {
        TableRevision revision = db.requireRevision(file.segment.locationId()).revision;
        return new CataloguedFile(
                file.segment.fileId(),
                revision,
                file.segment.metadata().fileName(),
                revision.path() + "/",
                file.segment.sizeBytes(),
                file.written.object().etag(),
                file.written.object().version(),
                file.written.metadataJson());
    }

    @Override
    public FileTotals totals(long locationId) {
        return db.transact(client, () -> {
            List<FileRow> files = Optional.ofNullable(db.revisions.get(locationId)).stream()
                    .flatMap(row -> row.files.values().stream())
                    .toList();
            return new FileTotals(
                    files.size(),
                    files.stream().mapToLong(file -> file.segment.sizeBytes()).sum());
        });
    }

    @Override
    public int registerFiles(long locationId, List<WrittenSegment> files) {
        return db.transact(client, () -> {
            RevisionRow row = requireFound(locationId);
            int before = row.files.size();
            files.forEach(file -> db.putFile(row, file));
            db.notifyRevision(locationId);
            return row.files.size() - before;
        });
    }

    @Override
    public int removeFiles(long locationId, Collection<Long> fileIds) {
        return db.transact(client, () -> {
            RevisionRow row = db.revisions.get(locationId);
            if (row == null) {
                return 0;
            }
            int before = row.files.size();
            row.files.keySet().removeAll(fileIds);
            row.version = db.nextId();
            db.notifyRevision(locationId);
            return before - row.files.size();
        });
    }
}
