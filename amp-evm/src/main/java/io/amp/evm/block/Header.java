package io.amp.evm.block;

import io.amp.evm.hash.Bloom;
import io.amp.evm.rlp.RlpWriter;
import java.util.EnumMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A block header to be filled and encoded. Reusable, not thread-safe. */
public final class Header {
    private static final HeaderField[] FIELDS = HeaderField.values();

    private final EnumMap<HeaderField, Slice> values = new EnumMap<>(HeaderField.class);

    public Header() {
        for (HeaderField field : FIELDS) {
            values.put(field, new Slice(field == HeaderField.LOGS_BLOOM ? Bloom.BYTES : 32));
        }
    }

    /** The field's value: its bytes, or a big-endian integer of any width. Null is absent. */
    public Slice field(HeaderField field) {
        return Objects.requireNonNull(values.get(field));
    }

    /** The first field that is missing though every header has it; null when there is none. */
    public @Nullable HeaderField missingField() {
        for (HeaderField field : FIELDS) {
            if (!field.isOptional() && field(field).isNull()) {
                return field;
            }
        }
        return null;
    }

    /** A fork's field that is there although an earlier fork's is not; null when there is none. */
    public @Nullable HeaderField inconsistentField() {
        boolean ended = false;
        for (HeaderField field : FIELDS) {
            if (ended && !field(field).isNull()) {
                return field;
            }
            ended |= field.isOptional() && field(field).isNull();
        }
        return null;
    }

    /** True when the fields of all forks known here are there: a later fork would add more. */
    public boolean isComplete() {
        return !field(HeaderField.REQUESTS_HASH).isNull();
    }

    /** Writes the list whose Keccak-256 is the block hash. */
    public void encode(RlpWriter out) {
        int mark = out.written();
        int end = FIELDS.length;
        while (end > 0 && field(FIELDS[end - 1]).isNull()) {
            end--;
        }
        for (int i = end - 1; i >= 0; i--) {
            if (FIELDS[i].form() == HeaderField.Form.INTEGER) {
                field(FIELDS[i]).writeInteger(out);
            } else {
                field(FIELDS[i]).writeBytes(out);
            }
        }
        out.closeList(mark);
    }
}
