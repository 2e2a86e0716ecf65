package io.amp.ports.storage;

import io.amp.ports.chain.BlockRange;

/**
 * One catalogued file.
 *
 * @param fileId database id, grows with commit order
 * @param locationId the revision's id
 * @param path object path below the data store
 * @param rowCount rows in the file, -1 when unknown
 */
public record Segment(
        long fileId, long locationId, String path, long sizeBytes, long rowCount, SegmentMetadata metadata) {
    public BlockRange range() {
        return metadata.range();
    }
}
