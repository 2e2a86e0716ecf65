package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.Quantity;
import java.math.BigInteger;
import java.util.List;

/**
 * The {@code transactions} array of a block as rows, except for what comes from receipts and from the header (sources specification,
 * section 5.1).
 *
 * <p>Fields come in any order, and many columns depend on the type, so quantities are kept until the object ends; the rest goes straight
 * into the columns and is taken back when the type does not have it.
 */
final class TransactionDecoder {
    private static final List<String> NAMES = List.of(
            "type",
            "hash",
            "to",
            "nonce",
            "gasPrice",
            "gas",
            "value",
            "input",
            "data",
            "r",
            "s",
            "v",
            "yParity",
            "chainId",
            "maxFeePerGas",
            "maxPriorityFeePerGas",
            "maxFeePerBlobGas",
            "from",
            "accessList",
            "blobVersionedHashes",
            "authorizationList");
    private static final FieldNames FIELDS = FieldNames.of(NAMES.toArray(String[]::new));

    private static final int TYPE = 0;
    private static final int HASH = 1;
    private static final int TO = 2;
    private static final int NONCE = 3;
    private static final int GAS_PRICE = 4;
    private static final int GAS = 5;
    private static final int VALUE = 6;
    private static final int INPUT = 7;
    private static final int DATA = 8;
    private static final int R = 9;
    private static final int S = 10;
    private static final int V = 11;
    private static final int Y_PARITY = 12;
    private static final int CHAIN_ID = 13;
    private static final int MAX_FEE = 14;
    private static final int MAX_PRIORITY_FEE = 15;
    private static final int MAX_BLOB_FEE = 16;
    private static final int FROM = 17;
    private static final int ACCESS_LIST = 18;
    private static final int BLOB_HASHES = 19;
    private static final int AUTHORIZATIONS = 20;

    private static final int REQUIRED = bits(HASH, FROM);
    private static final int REQUIRED_OF_STANDARD = REQUIRED | bits(NONCE, GAS, VALUE, R, S);

    private static final FieldNames ACCESS_FIELDS = FieldNames.of("address", "storageKeys");
    private static final FieldNames AUTHORIZATION_FIELDS =
            FieldNames.of("chainId", "address", "nonce", "yParity", "v", "r", "s");

    /** Highest type of Ethereum itself: 0 legacy, 1 access list, 2 fee market, 3 blobs, 4 set code. */
    private static final int STANDARD_TYPE_MAX = 4;

    private final JsonCursor cursor;
    private final ValueReader values;
    private final TransactionTable table;

    private final Quantity type = new Quantity();
    private final Quantity value = new Quantity();
    private final Quantity gasPrice = new Quantity();
    private final Quantity v = new Quantity();
    private final Quantity yParity = new Quantity();
    private final Quantity chainId = new Quantity();
    private final Quantity maxFee = new Quantity();
    private final Quantity maxPriorityFee = new Quantity();
    private final Quantity maxBlobFee = new Quantity();
    private final Quantity scratch = new Quantity();

    TransactionDecoder(JsonCursor cursor, ValueReader values, TransactionTable table) {
        this.cursor = cursor;
        this.values = values;
        this.table = table;
    }

    /** Decodes the array at the cursor. */
    void decode() {
        table.stage.clear();
        if (!cursor.isArray()) {
            cursor.skipValue();
            throw WrongDataException.bad("transactions", "not a list");
        }
        cursor.enterArray();
        while (cursor.nextElement()) {
            if (!cursor.isObject()) {
                cursor.skipValue();
                throw WrongDataException.bad("transactions", "hashes instead of objects");
            }
            int row = table.stage.addRow();
            table.index.setInt(row, row);
            int seen = fields(row);
            finish(row, seen);
        }
    }

    private int fields(int row) {
        int seen = 0;
        cursor.enterObject();
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            if (field == JsonCursor.UNKNOWN) {
                cursor.skipValue();
            } else if (field(field, row, seen)) {
                seen |= 1 << field;
            }
        }
        return seen;
    }

    /** Reads the value of one field; false when it is null. */
    private boolean field(int field, int row, int seen) {
        return switch (field) {
            case TYPE -> values.quantity(type, name(field));
            case HASH -> values.fixed(table.hash, row, name(field));
            case TO -> values.fixedOrEmpty(table.to, row, name(field));
            case NONCE -> values.unsigned(table.nonce, row, name(field));
            case GAS_PRICE -> values.quantity(gasPrice, name(field));
            case GAS -> values.unsigned(table.gasLimit, row, name(field));
            case VALUE -> values.quantity(value, name(field));
            case INPUT -> values.bytes(table.input, row, name(field));
            case DATA -> {
                if ((seen & 1 << INPUT) != 0) {
                    cursor.skipValue();
                    yield false;
                }
                yield values.bytes(table.input, row, name(field));
            }
            case R -> values.padded(table.r, row, name(field));
            case S -> values.padded(table.s, row, name(field));
            case V -> values.quantity(v, name(field));
            case Y_PARITY -> values.quantity(yParity, name(field));
            case CHAIN_ID -> values.quantity(chainId, name(field));
            case MAX_FEE -> values.quantity(maxFee, name(field));
            case MAX_PRIORITY_FEE -> values.quantity(maxPriorityFee, name(field));
            case MAX_BLOB_FEE -> values.quantity(maxBlobFee, name(field));
            case FROM -> values.fixed(table.from, row, name(field));
            case ACCESS_LIST -> accessList(row);
            case BLOB_HASHES -> blobHashes(row);
            case AUTHORIZATIONS -> authorizations(row);
            default -> throw new IllegalStateException("field " + field);
        };
    }

    private void finish(int row, int seen) {
        int kind = 0;
        if (has(seen, TYPE)) {
            if (!type.fitsUnsignedInt() || (int) type.low() < 0) {
                throw WrongDataException.bad(name(TYPE), "more than 31 bits");
            }
            kind = (int) type.low();
        }
        boolean standard = kind <= STANDARD_TYPE_MAX;
        int missing = (standard ? REQUIRED_OF_STANDARD : REQUIRED) & ~seen;
        if (missing != 0) {
            throw WrongDataException.missing(name(Integer.numberOfTrailingZeros(missing)));
        }
        table.type.setInt(row, kind);
        if (!has(seen, TO)) {
            table.to.setNull(row);
        }
        if (!has(seen, INPUT) && !has(seen, DATA)) {
            if (standard) {
                throw WrongDataException.missing(name(INPUT));
            }
            table.input.begin(row);
            table.input.end(row);
        }
        if (!has(seen, NONCE)) {
            table.nonce.setZero(row);
        }
        if (!has(seen, GAS)) {
            table.gasLimit.setZero(row);
        }
        if (!has(seen, VALUE)) {
            value.set(0);
        }
        table.value.begin(row);
        Decimals.append(value, table.value);
        table.value.end(row);
        finishFees(row, seen, kind);
        finishSignature(row, seen, kind);
        finishLists(row, seen, kind);
    }

    private void finishFees(int row, int seen, int kind) {
        if (kind <= 1) {
            if (!has(seen, GAS_PRICE)) {
                throw WrongDataException.missing(name(GAS_PRICE));
            }
            values.decimalOrNull(table.gasPrice, row, gasPrice);
            values.decimalOrNull(table.maxFee, row, gasPrice);
            table.maxPriorityFee.setNull(row);
        } else {
            table.gasPrice.setNull(row);
            if (has(seen, MAX_FEE)) {
                values.decimalOrNull(table.maxFee, row, maxFee);
            } else {
                table.maxFee.setZero(row);
            }
            decimalIfPresent(table.maxPriorityFee, row, has(seen, MAX_PRIORITY_FEE), maxPriorityFee);
        }
        decimalIfPresent(table.maxBlobFee, row, kind == 3 && has(seen, MAX_BLOB_FEE), maxBlobFee);
    }

    private void decimalIfPresent(FixedColumn column, int row, boolean present, Quantity quantity) {
        if (present) {
            values.decimalOrNull(column, row, quantity);
        } else {
            column.setNull(row);
        }
    }

    private void finishSignature(int row, int seen, int kind) {
        boolean hasChainId = has(seen, CHAIN_ID);
        if (kind > STANDARD_TYPE_MAX) {
            table.r.setZero(row);
            table.s.setZero(row);
            table.parity.set(row, false);
        } else if (kind == 0 && has(seen, V)) {
            // EIP-155: v = 35 + 2 * chain id + parity; before it, 27 + parity; a few nodes send the parity alone.
            long low = v.low();
            if (v.fitsUnsignedLong() && low >= 0 && low < 35) {
                if (low != 0 && low != 1 && low != 27 && low != 28) {
                    throw WrongDataException.bad(name(V), "value " + low);
                }
                table.parity.set(row, low == 1 || low == 28);
                hasChainId &= low <= 1;
            } else {
                table.parity.set(row, (low - 35 & 1) != 0);
                legacyChainId(row);
                return;
            }
        } else {
            table.parity.set(row, separateParity(seen, kind));
        }
        if (hasChainId) {
            table.chainId.setLong(row, ValueReader.unsignedLong(chainId, name(CHAIN_ID)));
        } else {
            table.chainId.setNull(row);
        }
    }

    /** {@code (v - 35) / 2}, which has one bit less than v. */
    private void legacyChainId(int row) {
        if (v.fitsUnsignedLong()) {
            table.chainId.setLong(row, (v.low() - 35) >>> 1);
            return;
        }
        // v of 65 bits: the chain id may still have 64.
        BigInteger id = v.toBigInteger().subtract(BigInteger.valueOf(35)).shiftRight(1);
        if (id.bitLength() > Long.SIZE) {
            throw WrongDataException.bad(name(V), "a chain id of more than 64 bits");
        }
        table.chainId.setLong(row, id.longValue());
    }

    /** The parity on its own: typed transactions, and legacy ones of nodes that leave v out. */
    private boolean separateParity(int seen, int kind) {
        Quantity parity = yParity;
        int field = Y_PARITY;
        if (!has(seen, Y_PARITY)) {
            if (!has(seen, V)) {
                throw WrongDataException.missing(name(kind == 0 ? V : Y_PARITY));
            }
            parity = v;
            field = V;
        }
        return parity(parity, name(field));
    }

    /** 0 or 1; some nodes add 27, or 35 and twice the chain id. */
    private static boolean parity(Quantity quantity, String field) {
        long low = quantity.low();
        if (quantity.fitsLong() && (low == 0 || low == 1)) {
            return low == 1;
        }
        if (quantity.fitsLong() && (low == 27 || low == 28 || low >= 35)) {
            return (low & 1) == 0;
        }
        throw WrongDataException.bad(field, "value " + quantity);
    }

    private void finishLists(int row, int seen, int kind) {
        boolean standard = kind <= STANDARD_TYPE_MAX;
        if (kind == 0 || !standard) {
            table.accessList.setNull(row);
        } else if (!has(seen, ACCESS_LIST)) {
            table.accessList.begin(row);
            table.accessList.end(row);
        }
        if (kind != 3) {
            table.blobHashes.setNull(row);
        } else if (!has(seen, BLOB_HASHES)) {
            throw WrongDataException.missing(name(BLOB_HASHES));
        }
        if (kind != 4) {
            table.authorizations.setNull(row);
        } else if (!has(seen, AUTHORIZATIONS)) {
            throw WrongDataException.missing(name(AUTHORIZATIONS));
        }
    }

    private boolean accessList(int row) {
        if (cursor.nullValue()) {
            return false;
        }
        enterList(name(ACCESS_LIST));
        table.accessList.begin(row);
        while (cursor.nextElement()) {
            int item = table.accessList.addItem();
            enterItem("accessList");
            boolean hasAddress = false;
            table.storageKeys.begin(item);
            for (int field = cursor.nextField(ACCESS_FIELDS);
                    field != JsonCursor.END;
                    field = cursor.nextField(ACCESS_FIELDS)) {
                switch (field) {
                    case 0 -> hasAddress = values.fixed(table.accessAddress, item, "accessList.address");
                    case 1 -> storageKeys(item);
                    default -> cursor.skipValue();
                }
            }
            if (!hasAddress) {
                throw WrongDataException.missing("accessList.address");
            }
            table.storageKeys.end(item);
        }
        table.accessList.end(row);
        return true;
    }

    private void storageKeys(int item) {
        if (cursor.nullValue()) {
            return;
        }
        enterList("accessList.storageKeys");
        table.storageKeys.begin(item);
        while (cursor.nextElement()) {
            required(
                    values.fixed(table.storageKey, table.storageKeys.addItem(), "accessList.storageKeys"),
                    "accessList.storageKeys");
        }
    }

    private boolean blobHashes(int row) {
        if (cursor.nullValue()) {
            return false;
        }
        enterList(name(BLOB_HASHES));
        table.blobHashes.begin(row);
        while (cursor.nextElement()) {
            required(values.fixed(table.blobHash, table.blobHashes.addItem(), name(BLOB_HASHES)), name(BLOB_HASHES));
        }
        table.blobHashes.end(row);
        return true;
    }

    private boolean authorizations(int row) {
        if (cursor.nullValue()) {
            return false;
        }
        enterList(name(AUTHORIZATIONS));
        table.authorizations.begin(row);
        while (cursor.nextElement()) {
            authorization(table.authorizations.addItem());
        }
        table.authorizations.end(row);
        return true;
    }

    private void authorization(int item) {
        enterItem(name(AUTHORIZATIONS));
        int seen = 0;
        for (int field = cursor.nextField(AUTHORIZATION_FIELDS);
                field != JsonCursor.END;
                field = cursor.nextField(AUTHORIZATION_FIELDS)) {
            boolean present = switch (field) {
                case 0 -> {
                    boolean sent = values.quantity(scratch, "authorizationList.chainId");
                    if (sent) {
                        // Beyond 64 bits no chain has such an id: stored as 0 (section 5.1).
                        table.authorizationChainId.setLong(item, scratch.fitsUnsignedLong() ? scratch.low() : 0);
                    }
                    yield sent;
                }
                case 1 -> values.fixed(table.authorizationAddress, item, "authorizationList.address");
                case 2 -> values.unsigned(table.authorizationNonce, item, "authorizationList.nonce");
                case 3, 4 -> {
                    if (field == 4 && (seen & 1 << 3) != 0) {
                        cursor.skipValue();
                        yield false;
                    }
                    boolean sent = values.quantity(scratch, "authorizationList.yParity");
                    if (sent) {
                        table.authorizationParity.set(item, parity(scratch, "authorizationList.yParity"));
                    }
                    yield sent;
                }
                case 5 -> values.padded(table.authorizationR, item, "authorizationList.r");
                case 6 -> values.padded(table.authorizationS, item, "authorizationList.s");
                default -> {
                    cursor.skipValue();
                    yield false;
                }
            };
            if (present) {
                seen |= 1 << field;
            }
        }
        required((seen & 1) != 0, "authorizationList.chainId");
        required((seen & 1 << 1) != 0, "authorizationList.address");
        required((seen & 1 << 2) != 0, "authorizationList.nonce");
        required((seen & (1 << 3 | 1 << 4)) != 0, "authorizationList.yParity");
        required((seen & 1 << 5) != 0, "authorizationList.r");
        required((seen & 1 << 6) != 0, "authorizationList.s");
    }

    private void enterList(String field) {
        if (!cursor.isArray()) {
            cursor.skipValue();
            throw WrongDataException.bad(field, "not a list");
        }
        cursor.enterArray();
    }

    private void enterItem(String field) {
        if (!cursor.isObject()) {
            cursor.skipValue();
            throw WrongDataException.bad(field, "not an object");
        }
        cursor.enterObject();
    }

    private static void required(boolean present, String field) {
        if (!present) {
            throw WrongDataException.missing(field);
        }
    }

    private static boolean has(int seen, int field) {
        return (seen & 1 << field) != 0;
    }

    private static String name(int field) {
        return NAMES.get(field);
    }

    private static int bits(int... fields) {
        int bits = 0;
        for (int field : fields) {
            bits |= 1 << field;
        }
        return bits;
    }
}
