package io.amp.adapters.objectstore.parquet;

import java.util.Base64;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.MessageType;

/**
 * What all files of one table share.
 *
 * @param arrowSchema the Arrow schema as an IPC message in base64, so that zones and exact types survive
 */
record SegmentLayout(MessageType type, String arrowSchema) {
    static final String ARROW_SCHEMA = "ARROW:schema";
    static final int STATISTICS_BYTES_MAX = 64;

    static SegmentLayout of(Schema schema) {
        return new SegmentLayout(
                ParquetTypes.of(schema), Base64.getEncoder().encodeToString(schema.serializeAsMessage()));
    }
}
