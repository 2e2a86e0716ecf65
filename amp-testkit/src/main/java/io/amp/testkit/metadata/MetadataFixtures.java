package io.amp.testkit.metadata;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.SegmentMetadataObject;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.ports.storage.WrittenSegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Small values for tests of metadata stores. */
public final class MetadataFixtures {
    private static final Instant CLOSED_AT = Instant.parse("2026-01-02T03:04:05.123456789Z");

    private MetadataFixtures() {}

    /** The hash of 64 times this hex digit. */
    public static ManifestHash hash(char digit) {
        return new ManifestHash(String.valueOf(digit).repeat(64));
    }

    public static DatasetVersion version(String name, char digit) {
        return new DatasetVersion(new DatasetName("_", name), hash(digit));
    }

    public static TableKey table(DatasetVersion dataset, String table) {
        return new TableKey(dataset, table);
    }

    /** Hash of a block on a branch. */
    public static BlockHash block(long number, int branch) {
        return number < 0 ? BlockHash.ZERO : new BlockHash(0x1111, 0x2222, branch, number);
    }

    /** A closed file of one network with the blocks of branch 0, scanned one number further than it has blocks. */
    public static WrittenSegment written(TableRevision revision, long start, long end) {
        String fileName = "%09d-%016x.parquet".formatted(start, end);
        BlockRange range = new BlockRange(
                BlockInterval.of(start, end),
                new NetworkId("mainnet"),
                block(end, 0),
                block(start - 1, 0),
                1_700_000_000L);
        SegmentMetadata metadata = new SegmentMetadata(
                revision.key().table(),
                fileName,
                CLOSED_AT,
                List.of(range),
                null,
                BlockInterval.of(start, end + 1),
                CLOSED_AT.plusNanos(1),
                0,
                List.of(),
                "ampd/0.1.0");
        return written(revision, metadata, 10 * (end - start + 1));
    }

    public static WrittenSegment written(TableRevision revision, SegmentMetadata metadata, long rowCount) {
        ObjectInfo object = new ObjectInfo(
                revision.path() + "/" + metadata.fileName(), 4096 + rowCount, "\"5d41\"", "v1", CLOSED_AT);
        byte[] footer = ("footer of " + metadata.fileName()).getBytes(StandardCharsets.UTF_8);
        String json = JsonTexts.write(SegmentMetadataObject.of(metadata).fields());
        return new WrittenSegment(revision, metadata, json, object, footer, rowCount);
    }
}
