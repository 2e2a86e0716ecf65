package io.amp.testkit.metadata;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import io.amp.testkit.metadata.InMemoryDatabase.FileRow;
import io.amp.testkit.metadata.InMemoryDatabase.OrphanRow;
import io.amp.testkit.metadata.InMemoryDatabase.ReextractionRow;
import io.amp.testkit.metadata.InMemoryDatabase.RevisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Compaction and collection on an {@link InMemoryDatabase}. */
final class InMemoryRetentionStore implements RetentionStore {
    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;

    InMemoryRetentionStore(InMemoryDatabase db, InMemoryMetadataStore client) {
        this.db = db;
        this.client = client;
    }

    @Override
    public CompactionOutcome commitCompaction(
            Assignment writer,
            WrittenSegment output,
            List<Long> inputs,
            Duration keepInputs,
            Predicate<List<Segment>> stillWanted) {
        try {
            return db.transact(client, () -> replace(writer, output, inputs, keepInputs, stillWanted));
        } catch (AmpException failure) {
            if (failure.is(StorageError.METADATA_UNAVAILABLE)) {
                return new CompactionOutcome.Unknown(failure);
            }
            throw failure;
        }
    }

    private CompactionOutcome replace(
            Assignment writer,
            WrittenSegment output,
            List<Long> inputs,
            Duration keepInputs,
            Predicate<List<Segment>> stillWanted) {
        RevisionRow row = db.requireRevision(output.revision().id());
        Optional<FileRow> known = row.file(output.metadata().fileName());
        if (known.isPresent()) {
            return new CompactionOutcome.Committed(known.get().segment.fileId());
        }
        Optional<String> fenced = db.fence(writer);
        if (fenced.isPresent()) {
            return new CompactionOutcome.Fenced(fenced.get());
        }
        boolean allLive = inputs.stream().map(id -> row.files.get(id)).allMatch(file -> file != null && file.isLive());
        if (!allLive || !stillWanted.test(row.live(0))) {
            return new CompactionOutcome.Superseded();
        }
        long fileId = db.putFile(row, output);
        inputs.forEach(input -> file(row, input).expiration = db.now().plus(keepInputs));
        db.notifyRevision(row.revision.id());
        return new CompactionOutcome.Committed(fileId);
    }

    private static FileRow file(RevisionRow row, long fileId) {
        FileRow file = row.files.get(fileId);
        if (file == null) {
            throw new IllegalStateException("no file " + fileId);
        }
        return file;
    }

    @Override
    public int schedule(long locationId, Collection<Long> fileIds, Duration delay) {
        return db.transact(client, () -> {
            RevisionRow row = db.revisions.get(locationId);
            if (row == null) {
                return 0;
            }
            Instant expiration = db.now().plus(delay.isZero() ? Duration.ofSeconds(1) : delay);
            List<FileRow> named = fileIds.stream()
                    .distinct()
                    .filter(id -> row.files.containsKey(id))
                    .map(id -> file(row, id))
                    .toList();
            named.forEach(file -> file.expiration = expiration);
            row.version = db.nextId();
            db.notifyRevision(locationId);
            return named.size();
        });
    }

    @Override
    public List<Long> locationsWithExpiredFiles() {
        return db.transact(
                client,
                () -> db.revisions.values().stream()
                        .filter(row -> row.files.values().stream().anyMatch(this::isExpired))
                        .map(row -> row.revision.id())
                        .toList());
    }

    private boolean isExpired(FileRow file) {
        return file.expiration != null && !file.expiration.isAfter(db.now());
    }

    @Override
    public List<ExpiredFile> beginDeletion(long locationId, int limit) {
        return db.transact(client, () -> {
            RevisionRow row = db.revisions.get(locationId);
            if (row == null) {
                return List.of();
            }
            List<FileRow> expired = row.files.values().stream()
                    .filter(this::isExpired)
                    .limit(limit)
                    .toList();
            expired.forEach(file -> file.deleting = true);
            return expired.stream()
                    .map(file -> new ExpiredFile(file.segment.fileId(), file.segment.path()))
                    .toList();
        });
    }

    @Override
    public int finishDeletion(long locationId, Collection<Long> fileIds) {
        return db.transact(client, () -> {
            RevisionRow row = db.revisions.get(locationId);
            if (row == null) {
                return 0;
            }
            int before = row.files.size();
            row.files.values().removeIf(file -> file.deleting && fileIds.contains(file.segment.fileId()));
            return before - row.files.size();
        });
    }

    @Override
    public void recordOrphanedBlocks(long locationId, List<OrphanedBlock> blocks) {
        db.transact(client, () -> {
            db.requireRevision(locationId);
            Map<BlockHash, OrphanRow> known = db.orphans.computeIfAbsent(locationId, unseen -> new HashMap<>());
            blocks.forEach(block -> known.putIfAbsent(block.hash(), new OrphanRow(block, db.now())));
            return known;
        });
    }

    @Override
    public Optional<OrphanedBlock> findOrphanedBlock(long locationId, BlockHash hash) {
        return db.transact(
                client,
                () -> Optional.ofNullable(db.orphans.get(locationId))
                        .map(known -> known.get(hash))
                        .map(OrphanRow::block));
    }

    @Override
    public int forgetOrphanedBlocks(Duration age) {
        return db.transact(client, () -> {
            Instant oldest = db.now().minus(age);
            int before = db.orphans.values().stream().mapToInt(Map::size).sum();
            db.orphans
                    .values()
                    .forEach(known ->
                            known.values().removeIf(row -> row.recordedAt().isBefore(oldest)));
            return before - db.orphans.values().stream().mapToInt(Map::size).sum();
        });
    }

    @Override
    public long requestReextraction(DatasetVersion dataset, BlockInterval blocks) {
        return db.transact(client, () -> {
            for (ReextractionRow known : db.reextractions) {
                if (known.dataset().equals(dataset) && known.blocks().equals(blocks)) {
                    return known.id();
                }
            }
            var row = new ReextractionRow(db.nextId(), dataset, blocks);
            db.reextractions.add(row);
            return row.id();
        });
    }

    @Override
    public List<ReextractionRequest> reextractionRequests(DatasetVersion dataset) {
        return db.transact(
                client,
                () -> db.reextractions.stream()
                        .filter(row -> row.dataset().equals(dataset))
                        .map(row -> new ReextractionRequest(row.id(), row.blocks()))
                        .toList());
    }

    @Override
    public void finishReextraction(long requestId) {
        db.transact(client, () -> db.reextractions.removeIf(row -> row.id() == requestId));
    }
}
