package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.Quantity;
import io.amp.ports.chain.BlockHash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receipts: the columns of {@code transactions} that come from them, and all logs (sources specification, sections 5.1 to 5.3). A receipt
 * finds its transaction by hash; receipts of transactions that the block does not list are left out with their logs.
 */
final class ReceiptDecoder {
    private static final FieldNames FIELDS =
            FieldNames.of("transactionHash", "blockHash", "gasUsed", "cumulativeGasUsed", "status", "root", "logs");

    private static final int TRANSACTION_HASH = 0;
    private static final int BLOCK_HASH = 1;
    private static final int GAS_USED = 2;
    private static final int CUMULATIVE_GAS_USED = 3;
    private static final int STATUS = 4;
    private static final int ROOT = 5;
    private static final int LOGS = 6;

    private final JsonCursor cursor;
    private final ValueReader values;
    private final HeaderDecoder header;
    private final TransactionTable transactions;
    private final LogDecoder logs;

    private final byte[] transactionHash = new byte[32];
    private final byte[] blockHash = new byte[32];
    private final byte[] root = new byte[32];
    private final Quantity gasUsed = new Quantity();
    private final Quantity cumulativeGasUsed = new Quantity();
    private final Quantity status = new Quantity();

    /** By position of the transaction: which fields its receipt had; 0 before it came. */
    private int[] seenFields = new int[0];

    private long[] ownGas = new long[0];
    private long[] cumulativeGas = new long[0];
    /** By log row: position of its transaction; only filled once receipts are out of order. */
    private int[] positions = new int[0];

    private int count;
    private int next;
    private boolean inOrder;
    private int matched;
    private int ignored;
    private @Nullable Map<BlockHash, Integer> positionsByHash;

    ReceiptDecoder(
            JsonCursor cursor,
            ValueReader values,
            HeaderDecoder header,
            TransactionTable transactions,
            LogDecoder logs) {
        this.cursor = cursor;
        this.values = values;
        this.header = header;
        this.transactions = transactions;
        this.logs = logs;
    }

    /** Starts with a block whose header and transactions are decoded. */
    void begin() {
        count = transactions.stage.rows();
        if (seenFields.length < count) {
            seenFields = new int[count];
            ownGas = new long[count];
            cumulativeGas = new long[count];
        }
        Arrays.fill(seenFields, 0, count, 0);
        logs.clear();
        next = 0;
        inOrder = true;
        matched = 0;
        ignored = 0;
        positionsByHash = null;
    }

    /** How many receipts belonged to no transaction of the block. */
    int ignored() {
        return ignored;
    }

    /** Decodes the result of {@code eth_getBlockReceipts} at the cursor. */
    void decodeList() {
        if (!cursor.isArray()) {
            cursor.skipValue();
            throw WrongDataException.bad("receipts", "not a list");
        }
        cursor.enterArray();
        while (cursor.nextElement()) {
            decode();
        }
    }

    /** Decodes one receipt at the cursor. */
    void decode() {
        if (!cursor.isObject()) {
            cursor.skipValue();
            throw WrongDataException.bad("receipts", "not an object");
        }
        int firstLog = logs.rows();
        int seen = fields();
        if (!has(seen, TRANSACTION_HASH)) {
            throw WrongDataException.missing("receipts.transactionHash");
        }
        int position = position();
        if (position < 0) {
            logs.drop(firstLog);
            ignored++;
            return;
        }
        if (seenFields[position] != 0) {
            throw mismatch("two receipts of one transaction");
        }
        if (has(seen, BLOCK_HASH) && !Arrays.equals(blockHash, 0, 32, header.hashBytes(), 0, 32)) {
            throw WrongDataException.bad("receipts.blockHash", "the hash of another block");
        }
        keep(position, seen);
        logs.assign(firstLog, position, transactionHash);
        if (position != matched) {
            inOrder = false;
        }
        rememberPositions(firstLog, position);
        seenFields[position] = seen;
        matched++;
        next = position + 1;
    }

    /** Checks that every transaction has its receipt and fills in what needs all of them. */
    void finish() {
        if (matched != count) {
            throw mismatch(count + " transactions, receipts for " + matched);
        }
        long running = 0;
        for (int row = 0; row < count; row++) {
            long own = ownGas[row];
            if (!has(seenFields[row], GAS_USED)) {
                if (!has(seenFields[row], CUMULATIVE_GAS_USED)) {
                    throw WrongDataException.missing("receipts.gasUsed");
                }
                own = cumulativeGas[row] - running;
                if (Long.compareUnsigned(cumulativeGas[row], running) < 0) {
                    throw WrongDataException.bad("receipts.cumulativeGasUsed", "less than the receipt before");
                }
            }
            transactions.gasUsed.setLong(row, own);
            running = has(seenFields[row], CUMULATIVE_GAS_USED) ? cumulativeGas[row] : running + own;
        }
        logs.finish(inOrder ? new int[0] : positions);
    }

    private int fields() {
        int seen = 0;
        cursor.enterObject();
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            boolean present = switch (field) {
                case TRANSACTION_HASH -> values.fixed(transactionHash, "receipts.transactionHash");
                case BLOCK_HASH -> values.fixed(blockHash, "receipts.blockHash");
                case GAS_USED -> values.quantity(gasUsed, "receipts.gasUsed");
                case CUMULATIVE_GAS_USED -> values.quantity(cumulativeGasUsed, "receipts.cumulativeGasUsed");
                case STATUS -> status();
                case ROOT -> !cursor.emptyBytes() && values.fixed(root, "receipts.root");
                case LOGS -> {
                    if (cursor.nullValue()) {
                        yield false;
                    }
                    logs.decode();
                    yield true;
                }
                default -> {
                    cursor.skipValue();
                    yield false;
                }
            };
            if (present) {
                seen |= 1 << field;
            }
        }
        return seen;
    }

    private boolean status() {
        if (cursor.isBoolean()) {
            status.set(cursor.booleanValue() ? 1 : 0);
            return true;
        }
        return !cursor.emptyBytes() && values.quantity(status, "receipts.status");
    }

    private void keep(int position, int seen) {
        if (has(seen, GAS_USED)) {
            ownGas[position] = ValueReader.unsignedLong(gasUsed, "receipts.gasUsed");
        }
        if (has(seen, CUMULATIVE_GAS_USED)) {
            cumulativeGas[position] = ValueReader.unsignedLong(cumulativeGasUsed, "receipts.cumulativeGasUsed");
        }
        if (!has(seen, LOGS)) {
            throw WrongDataException.missing("receipts.logs");
        }
        if (has(seen, STATUS)) {
            transactions.status.set(position, status.fitsUnsignedLong() && status.low() == 1);
            transactions.stateRoot.setNull(position);
        } else if (has(seen, ROOT)) {
            transactions.status.set(position, true);
            System.arraycopy(root, 0, transactions.stateRoot.array(), transactions.stateRoot.offset(position), 32);
            transactions.stateRoot.setValid(position);
        } else {
            throw WrongDataException.missing("receipts.status");
        }
    }

    /** Position of the receipt's transaction, negative when the block does not list it. */
    private int position() {
        if (next < count && transactions.hash.equals(next, transactionHash, 0)) {
            return next;
        }
        Map<BlockHash, Integer> byHash = positionsByHash;
        if (byHash == null) {
            byHash = new HashMap<>();
            for (int row = 0; row < count; row++) {
                byHash.put(BlockHash.of(transactions.hash.array(), transactions.hash.offset(row)), row);
            }
            positionsByHash = byHash;
        }
        return byHash.getOrDefault(BlockHash.of(transactionHash), -1);
    }

    private void rememberPositions(int firstLog, int position) {
        int rows = logs.rows();
        if (positions.length < rows) {
            positions = Arrays.copyOf(positions, Math.max(rows, 2 * positions.length));
        }
        Arrays.fill(positions, firstLog, rows, position);
    }

    private WrongDataException mismatch(String what) {
        return new WrongDataException(
                WrongDataException.Kind.CHANGED, "receipts", "mismatched tx and receipt count/hash: " + what);
    }

    private static boolean has(int seen, int field) {
        return (seen & 1 << field) != 0;
    }
}
