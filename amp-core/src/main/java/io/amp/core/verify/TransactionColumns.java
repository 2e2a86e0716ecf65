package io.amp.core.verify;

import io.amp.evm.abi.Word;
import io.amp.evm.block.Slice;
import io.amp.evm.block.Transaction;
import io.amp.evm.block.TransactionField;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Table {@code transactions} of an {@code evm-rpc} dataset. */
final class TransactionColumns extends TableColumns {
    static final String TABLE = "transactions";

    final FixedSizeBinaryVector blockHash = fixed("block_hash", 32);
    final UInt4Vector index = column("tx_index", UInt4Vector.class);
    final FixedSizeBinaryVector hash = fixed("tx_hash", 32);
    final IntVector type = column("type", IntVector.class);
    final UInt8Vector gasUsed = column("gas_used", UInt8Vector.class);
    final FixedSizeBinaryVector from = fixed("from", 20);
    final BitVector status = column("status", BitVector.class);
    final FixedSizeBinaryVector stateRoot = fixed("state_root", 32);

    private final FixedSizeBinaryVector to = fixed("to", 20);
    private final UInt8Vector nonce = column("nonce", UInt8Vector.class);
    private final DecimalVector gasPrice = column("gas_price", DecimalVector.class);
    private final UInt8Vector gasLimit = column("gas_limit", UInt8Vector.class);
    private final VarCharVector value = column("value", VarCharVector.class);
    private final VarBinaryVector input = column("input", VarBinaryVector.class);
    private final FixedSizeBinaryVector r = fixed("r", 32);
    private final FixedSizeBinaryVector s = fixed("s", 32);
    private final BitVector parity = column("v_parity", BitVector.class);
    private final UInt8Vector chainId = column("chain_id", UInt8Vector.class);
    private final DecimalVector maxFee = column("max_fee_per_gas", DecimalVector.class);
    private final DecimalVector maxPriorityFee = column("max_priority_fee_per_gas", DecimalVector.class);
    private final DecimalVector maxBlobFee = column("max_fee_per_blob_gas", DecimalVector.class);
    private final ListVector accessList = column("access_list", ListVector.class);
    private final FixedSizeBinaryVector accessAddress;
    private final ListVector accessKeys;
    private final FixedSizeBinaryVector accessKey;
    private final ListVector blobHashes = column("blob_versioned_hashes", ListVector.class);
    private final FixedSizeBinaryVector blobHash = element(blobHashes, "blob_versioned_hashes", 32);
    private final ListVector authorizations = column("authorization_list", ListVector.class);
    private final UInt8Vector authorizationChainId;
    private final FixedSizeBinaryVector authorizationAddress;
    private final UInt8Vector authorizationNonce;
    private final BitVector authorizationParity;
    private final FixedSizeBinaryVector authorizationR;
    private final FixedSizeBinaryVector authorizationS;

    private byte[] digits = new byte[128];

    TransactionColumns(VectorSchemaRoot root) {
        super(TABLE, root);
        accessAddress = member(accessList, "access_list", "address", FixedSizeBinaryVector.class);
        accessKeys = member(accessList, "access_list", "storage_keys", ListVector.class);
        accessKey = element(accessKeys, "access_list", 32);
        String list = "authorization_list";
        authorizationChainId = member(authorizations, list, "chain_id", UInt8Vector.class);
        authorizationAddress = member(authorizations, list, "address", FixedSizeBinaryVector.class);
        authorizationNonce = member(authorizations, list, "nonce", UInt8Vector.class);
        authorizationParity = member(authorizations, list, "y_parity", BitVector.class);
        authorizationR = member(authorizations, list, "r", FixedSizeBinaryVector.class);
        authorizationS = member(authorizations, list, "s", FixedSizeBinaryVector.class);
        if (accessAddress.getByteWidth() != 20) {
            throw unexpected("access_list");
        }
        if (authorizationAddress.getByteWidth() != 20
                || authorizationR.getByteWidth() != 32
                || authorizationS.getByteWidth() != 32) {
            throw unexpected(list);
        }
    }

    private FixedSizeBinaryVector element(ListVector list, String column, int width) {
        if (!(list.getDataVector() instanceof FixedSizeBinaryVector element) || element.getByteWidth() != width) {
            throw unexpected(column);
        }
        return element;
    }

    private <V> V member(ListVector list, String column, String name, Class<V> type) {
        if (!(list.getDataVector() instanceof StructVector struct) || !type.isInstance(struct.getChild(name))) {
            throw unexpected(column);
        }
        return type.cast(struct.getChild(name));
    }

    /**
     * Fills {@code tx} from a row of type 0 to 4.
     *
     * @return false when {@code value} is no decimal number below 2^256
     */
    boolean load(int row, Transaction tx) {
        tx.setType(type.get(row));
        load(chainId, row, tx.field(TransactionField.CHAIN_ID));
        load(nonce, row, tx.field(TransactionField.NONCE));
        load(gasPrice, row, tx.field(TransactionField.GAS_PRICE));
        load(maxPriorityFee, row, tx.field(TransactionField.MAX_PRIORITY_FEE_PER_GAS));
        load(maxFee, row, tx.field(TransactionField.MAX_FEE_PER_GAS));
        load(gasLimit, row, tx.field(TransactionField.GAS_LIMIT));
        load(to, row, tx.field(TransactionField.TO));
        load(input, row, tx.field(TransactionField.INPUT));
        load(maxBlobFee, row, tx.field(TransactionField.MAX_FEE_PER_BLOB_GAS));
        load(r, row, tx.field(TransactionField.R));
        load(s, row, tx.field(TransactionField.S));
        load(parity, row, tx.field(TransactionField.V_PARITY));
        loadAccessList(row, tx);
        loadBlobHashes(row, tx.field(TransactionField.BLOB_VERSIONED_HASHES));
        loadAuthorizations(row, tx.field(TransactionField.AUTHORIZATION_LIST));
        return loadValue(row, tx.field(TransactionField.VALUE));
    }

    private static void load(BitVector vector, int row, Slice to) {
        if (vector.isNull(row)) {
            to.setNull();
        } else {
            to.resize(1)[0] = (byte) vector.get(row);
        }
    }

    private boolean loadValue(int row, Slice to) {
        if (value.isNull(row)) {
            to.setNull();
            return true;
        }
        int start = value.getStartOffset(row);
        int length = value.getEndOffset(row) - start;
        if (length > digits.length) {
            return false;
        }
        value.getDataBuffer().getBytes(start, digits, 0, length);
        return Word.parseDecimal(digits, 0, length, to.resize(Word.BYTES), 0);
    }

    private void loadAccessList(int row, Transaction tx) {
        Slice addresses = tx.field(TransactionField.ACCESS_LIST);
        if (accessList.isNull(row)) {
            addresses.setNull();
            return;
        }
        int start = accessList.getElementStartIndex(row);
        int entries = accessList.getElementEndIndex(row) - start;
        byte[] addressBytes = addresses.resize(entries * Transaction.ADDRESS_BYTES);
        int[] counts = tx.accessListKeyCounts(entries);
        int keys = 0;
        for (int entry = 0; entry < entries; entry++) {
            copy(accessAddress, start + entry, addressBytes, entry * Transaction.ADDRESS_BYTES);
            counts[entry] =
                    accessKeys.getElementEndIndex(start + entry) - accessKeys.getElementStartIndex(start + entry);
            keys += counts[entry];
        }
        byte[] keyBytes = tx.accessListKeys().resize(keys * Transaction.HASH_BYTES);
        int at = 0;
        for (int entry = 0; entry < entries; entry++) {
            int first = accessKeys.getElementStartIndex(start + entry);
            for (int key = first; key < first + counts[entry]; key++) {
                copy(accessKey, key, keyBytes, at);
                at += Transaction.HASH_BYTES;
            }
        }
    }

    private void loadBlobHashes(int row, Slice hashes) {
        if (blobHashes.isNull(row)) {
            hashes.setNull();
            return;
        }
        int start = blobHashes.getElementStartIndex(row);
        int count = blobHashes.getElementEndIndex(row) - start;
        byte[] bytes = hashes.resize(count * Transaction.HASH_BYTES);
        for (int i = 0; i < count; i++) {
            copy(blobHash, start + i, bytes, i * Transaction.HASH_BYTES);
        }
    }

    private void loadAuthorizations(int row, Slice list) {
        if (authorizations.isNull(row)) {
            list.setNull();
            return;
        }
        int start = authorizations.getElementStartIndex(row);
        int count = authorizations.getElementEndIndex(row) - start;
        byte[] bytes = list.resize(count * Transaction.AUTHORIZATION_BYTES);
        for (int i = 0; i < count; i++) {
            Transaction.putAuthorization(
                    bytes,
                    i,
                    authorizationChainId.get(start + i),
                    authorizationNonce.get(start + i),
                    authorizationParity.get(start + i) != 0);
            int at = i * Transaction.AUTHORIZATION_BYTES;
            copy(authorizationAddress, start + i, bytes, at + Transaction.AUTHORIZATION_ADDRESS);
            copy(authorizationR, start + i, bytes, at + Transaction.AUTHORIZATION_R);
            copy(authorizationS, start + i, bytes, at + Transaction.AUTHORIZATION_S);
        }
    }
}
