package io.amp.testkit.metadata;

import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.storage.CommitOutcome;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.InMemoryDatabase.JobRow;
import io.amp.testkit.metadata.InMemoryDatabase.RevisionRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Revisions and files of an {@link InMemoryDatabase}. */
final class InMemorySegmentCatalog implements SegmentCatalog {
    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;

    InMemorySegmentCatalog(InMemoryDatabase db, InMemoryMetadataStore client) {
        this.db = db;
        this.client = client;
    }

    @Override
    public Optional<TableRevision> findActive(TableKey key) {
        return db.transact(client, () -> activeRow(key).map(row -> row.revision));
    }

    @Override
    public Optional<TableRevision> findRevision(long locationId) {
        return db.transact(client, () -> row(locationId).map(row -> row.revision));
    }

    @Override
    public boolean hasActiveRevision(ManifestHash manifest) {
        return db.transact(
                client,
                () -> db.activeRevisions.keySet().stream()
                        .anyMatch(key -> key.dataset().hash().equals(manifest)
                                && activeRow(key).isPresent()));
    }

    @Override
    public TableRevision createActive(Assignment writer, TableKey key, String path) {
        return db.transact(client, () -> {
            requireUnfenced(writer);
            RevisionRow row = db.putRevision(key, path);
            db.activeRevisions.put(key, row.revision.id());
            db.notifyRevision(row.revision.id());
            return row.revision;
        });
    }

    @Override
    public void takeWriterMark(Assignment writer, Collection<TableRevision> revisions) {
        db.transact(client, () -> {
            requireUnfenced(writer);
            List<RevisionRow> rows = new ArrayList<>();
            for (TableRevision revision : revisions) {
                RevisionRow row = db.requireRevision(revision.id());
                JobRow holder = row.writer == null ? null : db.jobs.get(row.writer);
                if (holder != null && holder.id != writer.jobId() && !holder.status.isTerminal()) {
                    throw new AmpException(
                            StorageError.REVISION_LOCKED,
                            "revision " + revision.id() + " of " + revision.key() + " is written by job " + holder.id);
                }
                rows.add(row);
            }
            rows.forEach(row -> row.writer = writer.jobId());
            return rows;
        });
    }

    @Override
    public Optional<Long> writerOf(long locationId) {
        return db.transact(client, () -> row(locationId).map(row -> row.writer));
    }

    @Override
    public Map<String, TableRevision> writtenBy(long jobId) {
        return db.transact(client, () -> {
            Map<String, TableRevision> written = new TreeMap<>();
            for (TableKey key : db.activeRevisions.keySet()) {
                activeRow(key)
                        .filter(row -> Objects.equals(row.writer, jobId))
                        .ifPresent(row -> written.put(key.table(), row.revision));
            }
            return written;
        });
    }

    @Override
    public CommitOutcome commit(Assignment writer, List<WrittenSegment> files) {
        try {
            return db.transact(client, () -> commitRows(writer, files));
        } catch (AmpException failure) {
            if (failure.is(StorageError.METADATA_UNAVAILABLE)) {
                return new CommitOutcome.Unknown(failure);
            }
            throw failure;
        }
    }

    private CommitOutcome commitRows(Assignment writer, List<WrittenSegment> files) {
        Optional<String> fenced = db.fence(writer);
        if (fenced.isPresent()) {
            List<Long> committedBefore = new ArrayList<>();
            for (WrittenSegment file : files) {
                row(file.revision().id())
                        .flatMap(row -> row.file(file.metadata().fileName()))
                        .ifPresent(row -> committedBefore.add(row.segment.fileId()));
            }
            return !files.isEmpty() && committedBefore.size() == files.size()
                    ? new CommitOutcome.Committed(committedBefore)
                    : new CommitOutcome.Fenced(fenced.get());
        }
        files.forEach(file -> db.requireRevision(file.revision().id()));
        List<Long> ids = new ArrayList<>();
        for (WrittenSegment file : files) {
            RevisionRow row = db.requireRevision(file.revision().id());
            ids.add(db.putFile(row, file));
            row.committedAt = db.now();
        }
        files.stream().map(file -> file.revision().id()).distinct().forEach(db::notifyRevision);
        return new CommitOutcome.Committed(ids);
    }

    @Override
    public List<Segment> segments(long locationId) {
        return segmentsAfter(locationId, 0);
    }

    @Override
    public List<Segment> segmentsAfter(long locationId, long fileId) {
        return db.transact(
                client, () -> row(locationId).map(row -> row.live(fileId)).orElse(List.of()));
    }

    @Override
    public Map<TableKey, TableSnapshot> snapshot(Collection<TableKey> keys) {
        return db.transact(client, () -> {
            Map<TableKey, TableSnapshot> snapshots = new LinkedHashMap<>();
            for (TableKey key : keys) {
                activeRow(key).ifPresent(row -> snapshots.put(key, new TableSnapshot(row.revision, row.live(0))));
            }
            return snapshots;
        });
    }

    @Override
    public Map<TableKey, Long> snapshotVersions(Collection<TableKey> keys) {
        return db.transact(client, () -> {
            Map<TableKey, Long> versions = new LinkedHashMap<>();
            for (TableKey key : keys) {
                activeRow(key).ifPresent(row -> versions.put(key, row.version));
            }
            return versions;
        });
    }

    @Override
    public List<String> fileNames(long locationId) {
        return db.transact(
                client,
                () -> row(locationId).stream()
                        .flatMap(row -> row.files.values().stream())
                        .filter(file -> !file.deleting)
                        .map(file -> file.segment.metadata().fileName())
                        .toList());
    }

    @Override
    public Optional<byte[]> footer(long fileId) {
        return db.transact(
                client,
                () -> db.revisions.values().stream()
                        .map(row -> row.files.get(fileId))
                        .filter(Objects::nonNull)
                        .map(file -> file.written.footer().clone())
                        .findFirst());
    }

    @Override
    public Optional<String> findFact(long locationId, String name) {
        return db.transact(client, () -> row(locationId).map(row -> row.facts.get(name)));
    }

    @Override
    public String recordFact(long locationId, String name, String value) {
        return db.transact(client, () -> {
            String known = db.requireRevision(locationId).facts.putIfAbsent(name, value);
            return known == null ? value : known;
        });
    }

    private void requireUnfenced(Assignment writer) {
        db.fence(writer).ifPresent(reason -> {
            throw new AmpException(StorageError.FENCED, reason);
        });
    }

    private Optional<RevisionRow> row(long locationId) {
        return Optional.ofNullable(db.revisions.get(locationId));
    }

    private Optional<RevisionRow> activeRow(TableKey key) {
        return Optional.ofNullable(db.activeRevisions.get(key)).flatMap(this::row);
    }
}
