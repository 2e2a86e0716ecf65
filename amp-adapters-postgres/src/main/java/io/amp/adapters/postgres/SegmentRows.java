package io.amp.adapters.postgres;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentMetadataObject;
import io.amp.ports.storage.StorageError;
import io.amp.ports.storage.WrittenSegment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** File rows: what a commit writes and what a snapshot reads back. */
final class SegmentRows {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** The columns that {@link #segment} reads; {@code f} is the file, {@code r} its revision. */
    static final String COLUMNS = """
            f.id, f.location_id, r.path, f.file_name, f.object_size, f.row_count, r.table_name, f.closed_at, f.order_at,
            f.generation, f.parent_file_ids, f.writer, f.range_start, f.range_end, f.scan_start, f.scan_end, f.watermark,
            f.network, f.end_hash, f.prev_hash, f.end_timestamp,
            CASE WHEN f.network IS NULL THEN f.metadata::text END AS metadata""";

    /** One file with its footer; answers the new file's id, nothing when the name was known. */
    private static final String INSERT = """
            WITH file AS (
                INSERT INTO file_metadata (location_id, file_name, url, object_size, object_e_tag, object_version, row_count,
                    metadata, closed_at, order_at, generation, parent_file_ids, writer, range_start, range_end, scan_start,
                    scan_end, watermark, network, end_hash, prev_hash, end_timestamp)
                VALUES (:location, :fileName, :url, :size, :etag, :version, :rowCount, :metadata::json, :closedAt, :orderAt,
                    :generation, :parents, :writer, :rangeStart, :rangeEnd, :scanStart, :scanEnd, :watermark, :network,
                    :endHash, :prevHash, :endTimestamp)
                ON CONFLICT (location_id, file_name) DO NOTHING
                RETURNING id)
            INSERT INTO footer_cache (file_id, footer) SELECT id, :footer FROM file""";

    private SegmentRows() {}

    /** Adds the files whose names are new. The caller has touched their revisions. */
    static void insert(Handle handle, List<WrittenSegment> files, String dataUrl) {
        PreparedBatch batch = handle.prepareBatch(INSERT);
        files.forEach(file -> bind(batch, file, dataUrl));
        batch.execute();
    }

    /** Ids of the files, in their order; null for those that are not registered. */
    static List<@Nullable Long> knownIds(Handle handle, List<WrittenSegment> files) {
        return handle.createQuery("""
                        SELECT f.id FROM unnest(:locations, :names) WITH ORDINALITY AS wanted (location, name, position)
                        LEFT JOIN file_metadata f ON f.location_id = wanted.location AND f.file_name = wanted.name
                        ORDER BY wanted.position""")
                .bindArray(
                        "locations",
                        Long.class,
                        files.stream().map(file -> file.revision().id()).toList())
                .bindArray(
                        "names",
                        String.class,
                        files.stream().map(file -> file.metadata().fileName()).toList())
                .map((row, context) -> Rows.nullableLong(row, "id"))
                .list();
    }

    private static void bind(PreparedBatch batch, WrittenSegment file, String dataUrl) {
        SegmentMetadata metadata = file.metadata();
        @Nullable
        BlockRange only = metadata.ranges().size() == 1 ? metadata.ranges().getFirst() : null;
        @Nullable BlockInterval scanned = metadata.scanned();
        @Nullable BlockHash prevHash = only == null ? null : only.prevHash();
        batch.bind("location", file.revision().id())
                .bind("fileName", metadata.fileName())
                .bind("url", dataUrl + file.revision().path() + "/")
                .bind("size", file.object().size())
                .bind("etag", file.object().etag())
                .bind("version", file.object().version())
                .bind("rowCount", file.rowCount())
                .bind("metadata", file.metadataJson())
                .bind("closedAt", nanos(metadata.createdAt()))
                .bind("orderAt", nanos(metadata.orderAt()))
                .bind("generation", metadata.generation())
                .bindArray("parents", Long.class, metadata.parentFileIds())
                .bind("writer", metadata.writer())
                .bind(
                        "rangeStart",
                        metadata.ranges().stream()
                                .mapToLong(BlockRange::start)
                                .min()
                                .orElseThrow())
                .bind(
                        "rangeEnd",
                        metadata.ranges().stream()
                                .mapToLong(BlockRange::end)
                                .max()
                                .orElseThrow())
                .bind("scanStart", scanned == null ? null : scanned.start())
                .bind("scanEnd", scanned == null ? null : scanned.end())
                .bind("watermark", metadata.watermark())
                .bind("network", only == null ? null : only.network().value())
                .bind("endHash", only == null ? null : only.hash().toBytes())
                .bind("prevHash", prevHash == null ? null : prevHash.toBytes())
                .bind("endTimestamp", only == null ? null : only.timestamp())
                .bind("footer", file.footer())
                .add();
    }

    /** Live files of a revision with ids above one, ascending. */
    static List<Segment> live(Handle handle, long locationId, long afterFileId) {
        return handle.createQuery("SELECT " + COLUMNS + """

                        FROM file_metadata f JOIN physical_table_revisions r ON r.id = f.location_id
                        WHERE f.location_id = :location AND f.id > :after
                            AND NOT EXISTS (SELECT 1 FROM gc_manifest g WHERE g.file_id = f.id)
                        ORDER BY f.id""")
                .bind("location", locationId)
                .bind("after", afterFileId)
                .map((row, context) -> segment(row))
                .list();
    }

    static Segment segment(ResultSet row) throws SQLException {
        String path = row.getString("path") + "/" + row.getString("file_name");
        return new Segment(
                row.getLong("id"),
                row.getLong("location_id"),
                path,
                row.getLong("object_size"),
                row.getLong("row_count"),
                metadata(row));
    }

    private static SegmentMetadata metadata(ResultSet row) throws SQLException {
        String fileName = row.getString("file_name");
        List<Long> parents = List.of((Long[]) row.getArray("parent_file_ids").getArray());
        String network = row.getString("network");
        if (network == null) {
            return object(row.getString("metadata"), fileName)
                    .toMetadata(fileName, row.getInt("generation"), parents, row.getString("writer"));
        }
        var range = new BlockRange(
                BlockInterval.of(row.getLong("range_start"), row.getLong("range_end")),
                new NetworkId(network),
                BlockHash.of(row.getBytes("end_hash")),
                Rows.nullableHash(row, "prev_hash"),
                Rows.nullableLong(row, "end_timestamp"));
        Long scanStart = Rows.nullableLong(row, "scan_start");
        return new SegmentMetadata(
                row.getString("table_name"),
                fileName,
                instant(row.getLong("closed_at")),
                List.of(range),
                Rows.nullableLong(row, "watermark"),
                scanStart == null ? null : BlockInterval.of(scanStart, row.getLong("scan_end")),
                instant(row.getLong("order_at")),
                row.getInt("generation"),
                parents,
                row.getString("writer"));
    }

    private static SegmentMetadataObject object(String json, String fileName) {
        try {
            return new SegmentMetadataObject(JsonColumns.object(json));
        } catch (IllegalArgumentException e) {
            throw new AmpException(
                    StorageError.INVALID_SEGMENT, "segment file '" + fileName + "': its metadata is no JSON object", e);
        }
    }

    private static long nanos(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
        } catch (ArithmeticException e) {
            throw new AmpException(
                    StorageError.INVALID_SEGMENT, "the time " + instant + " is outside the years 1678 to 2261", e);
        }
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }
}
