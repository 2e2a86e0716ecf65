package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Database;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.Assignment;
import io.amp.ports.storage.RetentionStore;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Compaction and collection in PostgreSQL. */
final class PostgresRetentionStore implements RetentionStore {
    private final Database database;
    private final String dataUrl;

    /** @param dataUrl with trailing slash, or empty */
    PostgresRetentionStore(Database database, String dataUrl) {
        this.database = database;
        this.dataUrl = dataUrl;
    }

    @Override
    public CompactionOutcome commitCompaction(
            Assignment writer,
            WrittenSegment output,
            List<Long> inputs,
            Duration keepInputs,
            Predicate<List<Segment>> stillWanted) {
        try {
            return database.transact(
                    "commit a compaction", handle -> replace(handle, writer, output, inputs, keepInputs, stillWanted));
        } catch (AmpException failure) {
            if (failure.is(StorageError.METADATA_UNAVAILABLE)) {
                return new CompactionOutcome.Unknown(failure);
            }
            throw failure;
        }
    }

    private CompactionOutcome replace(
            Handle handle,
            Assignment writer,
            WrittenSegment output,
            List<Long> inputs,
            Duration keepInputs,
            Predicate<List<Segment>> stillWanted) {
        Optional<String> fenced = Fence.check(handle, writer);
        @Nullable Long known = SegmentRows.knownIds(handle, List.of(output)).getFirst();
        if (known != null) {
            return new CompactionOutcome.Committed(known);
        }
        if (fenced.isPresent()) {
            return new CompactionOutcome.Fenced(fenced.get());
        }
        long location = output.revision().id();
        RevisionRows.touch(handle, List.of(location), RevisionRows.Change.SHRINK);
        List<Segment> live = SegmentRows.live(handle, location, 0);
        Set<Long> liveIds = new HashSet<>();
        live.forEach(segment -> liveIds.add(segment.fileId()));
        if (!liveIds.containsAll(inputs) || !stillWanted.test(live)) {
            // The revision's new version makes readers look once more, which is harmless.
            return new CompactionOutcome.Superseded();
        }
        SegmentRows.insert(handle, List.of(output), dataUrl);
        putOnList(handle, location, inputs, keepInputs, "compaction");
        Notifications.sendChanges(handle, List.of(location));
        @Nullable Long added = SegmentRows.knownIds(handle, List.of(output)).getFirst();
        if (added == null) {
            throw new IllegalStateException("a file is missing right after its insertion");
        }
        return new CompactionOutcome.Committed(added);
    }

    /** @return number of the files that exist */
    private static int putOnList(
            Handle handle, long location, Collection<Long> fileIds, Duration delay, String reason) {
        return handle.createUpdate("""
                        INSERT INTO gc_manifest (file_id, location_id, file_path, reason, expiration)
                        SELECT f.id, f.location_id, r.path || '/' || f.file_name, :reason, now() + make_interval(secs => :delay)
                        FROM file_metadata f JOIN physical_table_revisions r ON r.id = f.location_id
                        WHERE f.location_id = :location AND f.id = ANY(:ids)
                        ON CONFLICT (file_id) DO UPDATE SET expiration = excluded.expiration""")
                .bind("reason", reason)
                .bind("delay", Math.max(delay.toNanos() / 1e9, delay.isZero() ? 1 : 0))
                .bind("location", location)
                .bindArray("ids", Long.class, fileIds)
                .execute();
    }

    @Override
    public int schedule(long locationId, Collection<Long> fileIds, Duration delay) {
        return database.transact("schedule files for collection", handle -> {
            if (RevisionRows.find(handle, locationId).isEmpty()) {
                return 0;
            }
            RevisionRows.touch(handle, List.of(locationId), RevisionRows.Change.SHRINK);
            int scheduled = putOnList(handle, locationId, fileIds, delay, "prune");
            Notifications.sendChanges(handle, List.of(locationId));
            return scheduled;
        });
    }

    @Override
    public List<Long> locationsWithExpiredFiles() {
        return database.single(
                "find expired files",
                handle -> handle.createQuery(
                                "SELECT DISTINCT location_id FROM gc_manifest WHERE expiration <= now() ORDER BY location_id")
                        .mapTo(Long.class)
                        .list());
    }

    @Override
    public List<ExpiredFile> beginDeletion(long locationId, int limit) {
        return database.transact(
                "begin to delete files",
                handle -> handle.createQuery("""
                        WITH expired AS (
                            SELECT file_id FROM gc_manifest WHERE location_id = :location AND expiration <= now()
                            ORDER BY file_id LIMIT :limit FOR UPDATE SKIP LOCKED),
                        marked AS (
                            UPDATE gc_manifest g SET deleting_at = coalesce(g.deleting_at, now())
                            FROM expired WHERE g.file_id = expired.file_id RETURNING g.file_id, g.file_path)
                        SELECT file_id, file_path FROM marked ORDER BY file_id""")
                        .bind("location", locationId)
                        .bind("limit", limit)
                        .map((row, context) -> new ExpiredFile(row.getLong("file_id"), row.getString("file_path")))
                        .list());
    }

    @Override
    public int finishDeletion(long locationId, Collection<Long> fileIds) {
        return database.transact(
                "finish deleting files",
                handle -> handle.createUpdate("""
                        DELETE FROM file_metadata f USING gc_manifest g
                        WHERE g.file_id = f.id AND g.deleting_at IS NOT NULL
                            AND f.location_id = :location AND f.id = ANY(:ids)""")
                        .bind("location", locationId)
                        .bindArray("ids", Long.class, fileIds)
                        .execute());
    }

    @Override
    public void recordOrphanedBlocks(long locationId, List<OrphanedBlock> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        database.transact("record orphaned blocks", handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    INSERT INTO orphaned_blocks (location_id, number, hash, parent_hash)
                    VALUES (:location, :number, :hash, :parent) ON CONFLICT DO NOTHING""");
            for (OrphanedBlock block : blocks) {
                batch.bind("location", locationId)
                        .bind("number", block.number())
                        .bind("hash", block.hash().toBytes())
                        .bind("parent", block.parentHash().toBytes())
                        .add();
            }
            return batch.execute();
        });
    }

    @Override
    public Optional<OrphanedBlock> findOrphanedBlock(long locationId, BlockHash hash) {
        return database.single(
                "find an orphaned block",
                handle -> handle.createQuery("""
                        SELECT number, hash, parent_hash FROM orphaned_blocks
                        WHERE location_id = :location AND hash = :hash""")
                        .bind("location", locationId)
                        .bind("hash", hash.toBytes())
                        .map((row, context) -> new OrphanedBlock(
                                row.getLong("number"),
                                BlockHash.of(row.getBytes("hash")),
                                BlockHash.of(row.getBytes("parent_hash"))))
                        .findOne());
    }

    @Override
    public int forgetOrphanedBlocks(Duration age) {
        return database.transact(
                "forget orphaned blocks",
                handle -> handle.createUpdate(
                                "DELETE FROM orphaned_blocks WHERE recorded_at < now() - make_interval(secs => :age)")
                        .bind("age", age.toNanos() / 1e9)
                        .execute());
    }

    @Override
    public long requestReextraction(DatasetVersion dataset, BlockInterval blocks) {
        return database.transact("request a re-extraction", handle -> {
            handle.createUpdate("""
                            INSERT INTO redump_requests (namespace, name, hash, start_block, end_block)
                            VALUES (:namespace, :name, :hash, :start, :end) ON CONFLICT DO NOTHING""")
                    .bind("namespace", dataset.name().namespace())
                    .bind("name", dataset.name().name())
                    .bind("hash", dataset.hash().hex())
                    .bind("start", blocks.start())
                    .bind("end", blocks.end())
                    .execute();
            return reextractions(handle, dataset).stream()
                    .filter(request -> request.blocks().equals(blocks))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a request is missing right after its insertion"))
                    .id();
        });
    }

    @Override
    public List<ReextractionRequest> reextractionRequests(DatasetVersion dataset) {
        return database.single("list re-extractions", handle -> reextractions(handle, dataset));
    }

    private static List<ReextractionRequest> reextractions(Handle handle, DatasetVersion dataset) {
        return handle.createQuery("""
                        SELECT id, start_block, end_block FROM redump_requests
                        WHERE namespace = :namespace AND name = :name AND hash = :hash ORDER BY id""")
                .bind("namespace", dataset.name().namespace())
                .bind("name", dataset.name().name())
                .bind("hash", dataset.hash().hex())
                .map((row, context) -> new ReextractionRequest(
                        row.getLong("id"), BlockInterval.of(row.getLong("start_block"), row.getLong("end_block"))))
                .list();
    }

    @Override
    public void finishReextraction(long requestId) {
        database.transact(
                "finish a re-extraction",
                handle -> handle.createUpdate("DELETE FROM redump_requests WHERE id = :id")
                        .bind("id", requestId)
                        .execute());
    }
}
