package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.Quantity;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The {@code logs} of receipts as rows (sources specification, sections 2.2 and 5.2). What a log does not say of itself is taken from its
 * receipt and block; what it says must agree with them.
 */
final class LogDecoder {
    private static final List<String> NAMES = List.of(
            "address", "topics", "data", "blockHash", "blockNumber", "transactionHash", "transactionIndex", "logIndex");
    private static final FieldNames FIELDS = FieldNames.of(NAMES.toArray(String[]::new));

    private static final int ADDRESS = 0;
    private static final int TOPICS = 1;
    private static final int DATA = 2;
    private static final int BLOCK_HASH = 3;
    private static final int BLOCK_NUMBER = 4;
    private static final int TRANSACTION_HASH = 5;
    private static final int TRANSACTION_INDEX = 6;
    private static final int LOG_INDEX = 7;

    private static final int REQUIRED = 1 << ADDRESS | 1 << TOPICS | 1 << DATA;

    private final JsonCursor cursor;
    private final ValueReader values;
    private final HeaderDecoder header;
    private final LogTable table;
    private final Quantity quantity = new Quantity();
    private final byte[] hash = new byte[32];

    private final BitSet withoutHash = new BitSet();
    private final BitSet withoutTransactionIndex = new BitSet();
    private final BitSet withoutIndex = new BitSet();

    LogDecoder(JsonCursor cursor, ValueReader values, HeaderDecoder header, LogTable table) {
        this.cursor = cursor;
        this.values = values;
        this.header = header;
        this.table = table;
    }

    void clear() {
        table.stage.clear();
        withoutHash.clear();
        withoutTransactionIndex.clear();
        withoutIndex.clear();
    }

    int rows() {
        return table.stage.rows();
    }

    /** Appends the logs of the array at the cursor. */
    void decode() {
        if (!cursor.isArray()) {
            cursor.skipValue();
            throw WrongDataException.bad("logs", "not a list");
        }
        cursor.enterArray();
        while (cursor.nextElement()) {
            if (!cursor.isObject()) {
                cursor.skipValue();
                throw WrongDataException.bad("logs", "not an object");
            }
            log(table.stage.addRow());
        }
    }

    /** Takes back the rows from {@code first} on. */
    void drop(int first) {
        table.stage.truncate(first);
        withoutHash.clear(first, Integer.MAX_VALUE);
        withoutTransactionIndex.clear(first, Integer.MAX_VALUE);
        withoutIndex.clear(first, Integer.MAX_VALUE);
    }

    /** The rows from {@code first} on belong to the transaction at that position. */
    void assign(int first, int position, byte[] transactionHash) {
        for (int row = first; row < rows(); row++) {
            if (withoutHash.get(row)) {
                System.arraycopy(
                        transactionHash, 0, table.transactionHash.array(), table.transactionHash.offset(row), 32);
            } else if (!table.transactionHash.equals(row, transactionHash, 0)) {
                throw WrongDataException.bad("logs.transactionHash", "another hash than that of the receipt");
            }
            if (withoutTransactionIndex.get(row)) {
                table.transactionIndex.setInt(row, position);
            }
        }
    }

    /** Fills in what is the same in all rows and puts the rows in order of their log index. */
    void finish(int[] positionsOrNothing) {
        int rows = rows();
        if (positionsOrNothing.length > 0) {
            Integer[] order = identity(rows);
            Arrays.sort(order, Comparator.comparingInt(row -> positionsOrNothing[row]));
            reorder(order);
        }
        for (int row = withoutIndex.nextSetBit(0); row >= 0; row = withoutIndex.nextSetBit(row + 1)) {
            table.index.setInt(row, row);
        }
        if (!ascends(rows)) {
            Integer[] order = identity(rows);
            Arrays.sort(order, (a, b) -> Integer.compareUnsigned(table.index.getInt(a), table.index.getInt(b)));
            reorder(order);
        }
        table.reservedNumber.fillLong(0, rows, header.number());
        table.blockNumber.fillLong(0, rows, header.number());
        table.timestamp.fillLong(0, rows, header.nanos());
        table.blockHash.fillBytes(0, rows, header.hashBytes(), 0);
    }

    private boolean ascends(int rows) {
        for (int row = 1; row < rows; row++) {
            if (Integer.compareUnsigned(table.index.getInt(row - 1), table.index.getInt(row)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static Integer[] identity(int rows) {
        return IntStream.range(0, rows).boxed().toArray(Integer[]::new);
    }

    private void reorder(Integer[] order) {
        BitSet moved = new BitSet();
        for (int row = 0; row < order.length; row++) {
            moved.set(row, withoutIndex.get(order[row]));
        }
        withoutIndex.clear();
        withoutIndex.or(moved);
        table.stage.reorder(Arrays.stream(order).mapToInt(Integer::intValue).toArray());
    }

    private void log(int row) {
        int seen = 0;
        cursor.enterObject();
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            if (field == JsonCursor.UNKNOWN) {
                cursor.skipValue();
            } else if (field(field, row)) {
                seen |= 1 << field;
            }
        }
        int missing = REQUIRED & ~seen;
        if (missing != 0) {
            throw WrongDataException.missing("logs." + NAMES.get(Integer.numberOfTrailingZeros(missing)));
        }
        if ((seen & 1 << TRANSACTION_HASH) == 0) {
            withoutHash.set(row);
        }
        if ((seen & 1 << TRANSACTION_INDEX) == 0) {
            withoutTransactionIndex.set(row);
        }
        if ((seen & 1 << LOG_INDEX) == 0) {
            withoutIndex.set(row);
        }
    }

    private boolean field(int field, int row) {
        return switch (field) {
            case ADDRESS -> values.fixed(table.address, row, "logs.address");
            case TOPICS -> topics(row);
            case DATA -> values.bytes(table.data, row, "logs.data");
            case BLOCK_HASH -> blockHash();
            case BLOCK_NUMBER -> blockNumber();
            case TRANSACTION_HASH -> values.fixed(table.transactionHash, row, "logs.transactionHash");
            case TRANSACTION_INDEX -> unsignedInt(table.transactionIndex, row, "logs.transactionIndex");
            case LOG_INDEX -> unsignedInt(table.index, row, "logs.logIndex");
            default -> throw new IllegalStateException("field " + field);
        };
    }

    private boolean blockHash() {
        if (!values.fixed(hash, "logs.blockHash")) {
            return false;
        }
        if (!Arrays.equals(hash, 0, 32, header.hashBytes(), 0, 32)) {
            throw WrongDataException.bad("logs.blockHash", "the hash of another block");
        }
        return true;
    }

    private boolean blockNumber() {
        if (!values.quantity(quantity, "logs.blockNumber")) {
            return false;
        }
        if (!quantity.fitsUnsignedLong() || quantity.low() != header.number()) {
            throw WrongDataException.bad("logs.blockNumber", "the number of another block");
        }
        return true;
    }

    private boolean unsignedInt(FixedColumn column, int row, String field) {
        if (!values.quantity(quantity, field)) {
            return false;
        }
        if (!quantity.fitsUnsignedInt()) {
            throw WrongDataException.overflow(field);
        }
        column.setInt(row, (int) quantity.low());
        return true;
    }

    private boolean topics(int row) {
        if (cursor.nullValue()) {
            return false;
        }
        if (!cursor.isArray()) {
            cursor.skipValue();
            throw WrongDataException.bad("logs.topics", "not a list");
        }
        int count = 0;
        cursor.enterArray();
        while (cursor.nextElement()) {
            if (count == LogTable.TOPICS_MAX) {
                throw WrongDataException.bad("logs.topics", "more than four topics");
            }
            if (!values.fixed(table.topics.get(count), row, "logs.topics")) {
                throw WrongDataException.bad("logs.topics", "null");
            }
            count++;
        }
        for (; count < LogTable.TOPICS_MAX; count++) {
            table.topics.get(count).setNull(row);
        }
        return true;
    }
}
