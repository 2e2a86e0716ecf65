package io.amp.adapters.flight;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockRange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** The {@code app_metadata} of every record batch (query specification, section 4.1). */
final class RangeMetadata {
    private RangeMetadata() {}

    static byte[] json(List<BlockRange> ranges, boolean complete) {
        StringBuilder json = new StringBuilder("{\"ranges\":[");
        for (int i = 0; i < ranges.size(); i++) {
            append(json.append(i == 0 ? "" : ","), ranges.get(i));
        }
        json.append("],\"ranges_complete\":").append(complete).append('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void append(StringBuilder json, BlockRange range) {
        json.append("{\"network\":\"").append(escaped(range.network().value()));
        json.append("\",\"numbers\":{\"start\":").append(range.start());
        json.append(",\"end\":").append(range.end());
        json.append("},\"hash\":\"").append(range.hash());
        json.append("\",\"prev_hash\":\"").append(range.prevHash() == null ? BlockHash.ZERO : range.prevHash());
        json.append('"');
        if (range.timestamp() != null) {
            json.append(",\"timestamp\":").append(range.timestamp());
        }
        json.append('}');
    }

    /** Network ids hold no quotes and no control characters. */
    private static String escaped(String network) {
        return network.replace("\\", "\\\\");
    }

    /** A buffer for one message; whoever sends it takes it over. */
    static ArrowBuf buffer(byte[] json, BufferAllocator allocator) {
        ArrowBuf buffer = allocator.buffer(json.length);
        buffer.writeBytes(json);
        return buffer;
    }
}
