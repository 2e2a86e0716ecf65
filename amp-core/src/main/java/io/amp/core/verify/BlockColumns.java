package io.amp.core.verify;

import io.amp.evm.block.Header;
import io.amp.evm.block.HeaderField;
import java.util.EnumMap;
import java.util.Map;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Table {@code blocks}. */
final class BlockColumns extends TableColumns {
    static final String TABLE = "blocks";

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    final FixedSizeBinaryVector hash;
    final FixedSizeBinaryVector parentHash;
    final FixedSizeBinaryVector transactionsRoot;
    final FixedSizeBinaryVector receiptRoot;
    final VarBinaryVector logsBloom;
    final UInt8Vector gasUsed;

    private final Map<HeaderField, FieldVector> fields = new EnumMap<>(HeaderField.class);

    BlockColumns(VectorSchemaRoot root) {
        super(TABLE, root);
        hash = fixed("hash", 32);
        for (HeaderField field : HeaderField.values()) {
            fields.put(field, bind(field));
        }
        parentHash = fixed("parent_hash", 32);
        transactionsRoot = fixed("transactions_root", 32);
        receiptRoot = fixed("receipt_root", 32);
        logsBloom = column("logs_bloom", VarBinaryVector.class);
        gasUsed = column("gas_used", UInt8Vector.class);
    }

    private FieldVector bind(HeaderField field) {
        String name = field.column();
        return switch (field) {
            case PARENT_HASH,
                    OMMERS_HASH,
                    STATE_ROOT,
                    TRANSACTIONS_ROOT,
                    RECEIPT_ROOT,
                    MIX_HASH,
                    WITHDRAWALS_ROOT,
                    PARENT_BEACON_ROOT,
                    REQUESTS_HASH -> fixed(name, 32);
            case MINER -> fixed(name, 20);
            case LOGS_BLOOM, EXTRA_DATA -> column(name, VarBinaryVector.class);
            case DIFFICULTY, BASE_FEE_PER_GAS -> column(name, DecimalVector.class);
            case BLOCK_NUM, GAS_LIMIT, GAS_USED, NONCE, BLOB_GAS_USED, EXCESS_BLOB_GAS ->
                column(name, UInt8Vector.class);
            case TIMESTAMP -> timestamp;
        };
    }

    void load(int row, Header header) {
        fields.forEach((field, vector) -> {
            switch (vector) {
                case FixedSizeBinaryVector bytes -> load(bytes, row, header.field(field));
                case VarBinaryVector bytes -> load(bytes, row, header.field(field));
                case DecimalVector integer -> load(integer, row, header.field(field));
                case UInt8Vector integer -> load(integer, row, header.field(field));
                default -> header.field(field).set(Math.floorDiv(timestamp.get(row), NANOS_PER_SECOND));
            }
        });
    }

    boolean hasWholeSeconds(int row) {
        return Math.floorMod(timestamp.get(row), NANOS_PER_SECOND) == 0;
    }
}
