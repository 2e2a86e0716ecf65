package io.amp.adapters.sources.evmrpc;

import static io.amp.adapters.sources.evmrpc.ArrowTypes.address;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.binary;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.decimal;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.hash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableDecimal;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableHash;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.nullableUint64;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.timestamp;
import static io.amp.adapters.sources.evmrpc.ArrowTypes.uint64;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.column.TableStage;
import io.amp.adapters.sources.column.VarColumn;
import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.Quantity;
import io.amp.ports.chain.BlockHash;
import java.util.HexFormat;
import java.util.List;

/** The block object of {@code eth_getBlockByNumber} as the one row of {@code blocks} (sources specification, section 2.1). */
final class HeaderDecoder {
    private static final List<String> NAMES = List.of(
            "number",
            "hash",
            "parentHash",
            "sha3Uncles",
            "miner",
            "stateRoot",
            "transactionsRoot",
            "receiptsRoot",
            "logsBloom",
            "difficulty",
            "extraData",
            "timestamp",
            "author",
            "totalDifficulty",
            "gasLimit",
            "gasUsed",
            "mixHash",
            "nonce",
            "baseFeePerGas",
            "withdrawalsRoot",
            "blobGasUsed",
            "excessBlobGas",
            "parentBeaconBlockRoot",
            "requestsHash",
            "transactions");
    private static final FieldNames FIELDS = FieldNames.of(NAMES.toArray(String[]::new));

    private static final int NUMBER = 0;
    private static final int HASH = 1;
    private static final int PARENT_HASH = 2;
    private static final int UNCLES = 3;
    private static final int MINER = 4;
    private static final int STATE_ROOT = 5;
    private static final int TRANSACTIONS_ROOT = 6;
    private static final int RECEIPTS_ROOT = 7;
    private static final int BLOOM = 8;
    private static final int DIFFICULTY = 9;
    private static final int EXTRA_DATA = 10;
    private static final int TIMESTAMP = 11;
    private static final int AUTHOR = 12;
    private static final int TOTAL_DIFFICULTY = 13;
    private static final int GAS_LIMIT = 14;
    private static final int GAS_USED = 15;
    private static final int MIX_HASH = 16;
    private static final int NONCE = 17;
    private static final int BASE_FEE = 18;
    private static final int WITHDRAWALS_ROOT = 19;
    private static final int BLOB_GAS_USED = 20;
    private static final int EXCESS_BLOB_GAS = 21;
    private static final int PARENT_BEACON_ROOT = 22;
    private static final int REQUESTS_HASH = 23;
    private static final int TRANSACTIONS = 24;

    /** Fields {@link #NUMBER} to {@link #TIMESTAMP}. */
    private static final int REQUIRED = (1 << (TIMESTAMP + 1)) - 1;

    /** Seconds above this do not fit a 64-bit number of nanoseconds. */
    private static final long SECONDS_MAX = Long.MAX_VALUE / 1_000_000_000;

    private static final int BLOOM_BYTES = 256;

    /** Root of a trie without entries (sources specification, section 10). */
    private static final byte[] EMPTY_ROOT =
            HexFormat.of().parseHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    private final FixedColumn reservedNumber = uint64("_block_num");
    private final FixedColumn number = uint64("block_num");
    private final FixedColumn timestamp = timestamp("timestamp");
    private final FixedColumn hash = hash("hash");
    private final FixedColumn parentHash = hash("parent_hash");
    private final FixedColumn ommersHash = hash("ommers_hash");
    private final FixedColumn miner = address("miner");
    private final FixedColumn stateRoot = hash("state_root");
    private final FixedColumn transactionsRoot = hash("transactions_root");
    private final FixedColumn receiptRoot = hash("receipt_root");
    private final VarColumn logsBloom = binary("logs_bloom");
    private final FixedColumn difficulty = decimal("difficulty");
    private final FixedColumn totalDifficulty = nullableDecimal("total_difficulty");
    private final FixedColumn gasLimit = uint64("gas_limit");
    private final FixedColumn gasUsed = uint64("gas_used");
    private final VarColumn extraData = binary("extra_data");
    private final FixedColumn mixHash = hash("mix_hash");
    private final FixedColumn nonce = uint64("nonce");
    private final FixedColumn baseFee = nullableDecimal("base_fee_per_gas");
    private final FixedColumn withdrawalsRoot = nullableHash("withdrawals_root");
    private final FixedColumn blobGasUsed = nullableUint64("blob_gas_used");
    private final FixedColumn excessBlobGas = nullableUint64("excess_blob_gas");
    private final FixedColumn parentBeaconRoot = nullableHash("parent_beacon_root");
    private final FixedColumn requestsHash = nullableHash("requests_hash");

    private final TableStage stage = new TableStage(List.of(
            reservedNumber,
            number,
            timestamp,
            hash,
            parentHash,
            ommersHash,
            miner,
            stateRoot,
            transactionsRoot,
            receiptRoot,
            logsBloom,
            difficulty,
            totalDifficulty,
            gasLimit,
            gasUsed,
            extraData,
            mixHash,
            nonce,
            baseFee,
            withdrawalsRoot,
            blobGasUsed,
            excessBlobGas,
            parentBeaconRoot,
            requestsHash));

    private final JsonCursor cursor;
    private final ValueReader values;
    private final Quantity quantity = new Quantity();
    private long blockNumber;
    private long seconds;

    HeaderDecoder(JsonCursor cursor, ValueReader values) {
        this.cursor = cursor;
        this.values = values;
    }

    TableStage stage() {
        return stage;
    }

    long number() {
        return blockNumber;
    }

    long seconds() {
        return seconds;
    }

    long nanos() {
        return seconds * 1_000_000_000;
    }

    BlockHash blockHash() {
        return BlockHash.of(hash.array(), hash.offset(0));
    }

    /** Zero for block 0, whatever a node names there (sources specification, section 1.3). */
    BlockHash parentHash() {
        return blockNumber == 0 ? BlockHash.ZERO : BlockHash.of(parentHash.array(), parentHash.offset(0));
    }

    /** 32 bytes at 0, the block's hash. */
    byte[] hashBytes() {
        return hash.array();
    }

    /** Decodes the block object at the cursor; the elements of its transactions go to the given decoder. */
    void decode(TransactionDecoder transactions) {
        stage.clear();
        stage.addRow();
        setDefaults();
        if (!cursor.isObject()) {
            cursor.skipValue();
            throw WrongDataException.bad("result", "not a block object");
        }
        int seen = 0;
        cursor.enterObject();
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            if (field == JsonCursor.UNKNOWN) {
                cursor.skipValue();
            } else if (field == TRANSACTIONS) {
                if (!cursor.nullValue()) {
                    transactions.decode();
                    seen |= 1 << TRANSACTIONS;
                }
            } else if (value(field, seen)) {
                seen |= 1 << field;
            }
        }
        if ((seen & 1 << AUTHOR) != 0) {
            seen |= 1 << MINER;
        }
        int absent = REQUIRED & ~seen;
        if (absent != 0) {
            throw WrongDataException.missing(NAMES.get(Integer.numberOfTrailingZeros(absent)));
        }
        if ((seen & 1 << TRANSACTIONS) == 0 && !transactionsRoot.equals(0, EMPTY_ROOT, 0)) {
            throw WrongDataException.missing("transactions");
        }
        reservedNumber.setLong(0, blockNumber);
        number.setLong(0, blockNumber);
        timestamp.setLong(0, nanos());
    }

    private void setDefaults() {
        totalDifficulty.setNull(0);
        gasLimit.setLong(0, 0);
        gasUsed.setLong(0, 0);
        mixHash.setZero(0);
        nonce.setLong(0, 0);
        baseFee.setNull(0);
        withdrawalsRoot.setNull(0);
        blobGasUsed.setNull(0);
        excessBlobGas.setNull(0);
        parentBeaconRoot.setNull(0);
        requestsHash.setNull(0);
    }

    /** Reads the value of one field; false when it is null. */
    private boolean value(int field, int seen) {
        String name = NAMES.get(field);
        return switch (field) {
            case NUMBER -> {
                boolean present = values.quantity(quantity, name);
                if (present) {
                    blockNumber = ValueReader.unsignedLong(quantity, name);
                }
                yield present;
            }
            case TIMESTAMP -> {
                boolean present = values.quantity(quantity, name);
                if (present) {
                    seconds = ValueReader.unsignedLong(quantity, name);
                    if (Long.compareUnsigned(seconds, SECONDS_MAX) > 0) {
                        throw WrongDataException.bad(name, "more nanoseconds than 63 bits");
                    }
                }
                yield present;
            }
            case HASH -> values.fixed(hash, 0, name);
            case PARENT_HASH -> values.fixed(parentHash, 0, name);
            case UNCLES -> values.fixed(ommersHash, 0, name);
            case MINER -> values.fixed(miner, 0, name);
            case AUTHOR -> {
                if ((seen & 1 << MINER) != 0) {
                    cursor.skipValue();
                    yield false;
                }
                yield values.fixed(miner, 0, name);
            }
            case STATE_ROOT -> {
                if (cursor.emptyBytes()) {
                    stateRoot.setZero(0);
                    yield true;
                }
                yield values.fixed(stateRoot, 0, name);
            }
            case TRANSACTIONS_ROOT -> values.fixed(transactionsRoot, 0, name);
            case RECEIPTS_ROOT -> values.fixed(receiptRoot, 0, name);
            case BLOOM -> {
                boolean present = values.bytes(logsBloom, 0, name);
                if (present && logsBloom.length(0) != BLOOM_BYTES) {
                    throw WrongDataException.bad(name, "not " + BLOOM_BYTES + " bytes");
                }
                yield present;
            }
            case DIFFICULTY -> {
                boolean present = values.quantity(quantity, name);
                if (present) {
                    if (!quantity.fitsDecimal38()) {
                        throw WrongDataException.overflow(name);
                    }
                    difficulty.set128(0, quantity.low(), quantity.high());
                }
                yield present;
            }
            case TOTAL_DIFFICULTY -> {
                boolean present = values.quantity(quantity, name);
                if (present) {
                    values.decimalOrNull(totalDifficulty, 0, quantity);
                }
                yield present;
            }
            case EXTRA_DATA -> values.bytes(extraData, 0, name);
            case GAS_LIMIT -> values.unsigned(gasLimit, 0, name);
            case GAS_USED -> values.unsigned(gasUsed, 0, name);
            case MIX_HASH -> values.fixedOrEmpty(mixHash, 0, name);
            case NONCE -> values.unsigned(nonce, 0, name);
            case BASE_FEE -> {
                boolean present = values.quantity(quantity, name);
                if (present && quantity.fitsUnsignedLong()) {
                    baseFee.set128(0, quantity.low(), 0);
                } else if (present) {
                    values.countOversized();
                    baseFee.setNull(0);
                }
                yield present;
            }
            case WITHDRAWALS_ROOT -> values.fixedOrEmpty(withdrawalsRoot, 0, name);
            case BLOB_GAS_USED -> values.unsigned(blobGasUsed, 0, name);
            case EXCESS_BLOB_GAS -> values.unsigned(excessBlobGas, 0, name);
            case PARENT_BEACON_ROOT -> values.fixedOrEmpty(parentBeaconRoot, 0, name);
            case REQUESTS_HASH -> values.fixedOrEmpty(requestsHash, 0, name);
            default -> throw new IllegalStateException("field " + field);
        };
    }
}
