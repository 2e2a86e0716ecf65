package io.amp.evm.block;

import static io.amp.evm.block.TransactionField.ACCESS_LIST;
import static io.amp.evm.block.TransactionField.AUTHORIZATION_LIST;
import static io.amp.evm.block.TransactionField.BLOB_VERSIONED_HASHES;
import static io.amp.evm.block.TransactionField.CHAIN_ID;
import static io.amp.evm.block.TransactionField.GAS_LIMIT;
import static io.amp.evm.block.TransactionField.GAS_PRICE;
import static io.amp.evm.block.TransactionField.INPUT;
import static io.amp.evm.block.TransactionField.MAX_FEE_PER_BLOB_GAS;
import static io.amp.evm.block.TransactionField.MAX_FEE_PER_GAS;
import static io.amp.evm.block.TransactionField.MAX_PRIORITY_FEE_PER_GAS;
import static io.amp.evm.block.TransactionField.NONCE;
import static io.amp.evm.block.TransactionField.R;
import static io.amp.evm.block.TransactionField.S;
import static io.amp.evm.block.TransactionField.TO;
import static io.amp.evm.block.TransactionField.VALUE;
import static io.amp.evm.block.TransactionField.V_PARITY;

import io.amp.evm.rlp.RlpWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A signed transaction of type 0 to 4 to be filled and encoded (EIP-155, 2718, 2930, 1559, 4844, 7702). Reusable, not thread-safe. */
public final class Transaction {
    public static final int TYPE_MAX = 4;

    public static final int ADDRESS_BYTES = 20;
    public static final int HASH_BYTES = 32;

    /** An authorization: chain id (8 bytes), address (20), nonce (8), y parity (1), r (32), s (32). */
    public static final int AUTHORIZATION_BYTES = 101;

    /** Offsets inside an authorization. */
    public static final int AUTHORIZATION_ADDRESS = 8;

    public static final int AUTHORIZATION_R = 37;
    public static final int AUTHORIZATION_S = 69;

    private static final int AUTHORIZATION_NONCE = 28;
    private static final int AUTHORIZATION_PARITY = 36;
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** By type, in the order of the encoding, without the signature. */
    private static final TransactionField[][] LAYOUTS = {
        {NONCE, GAS_PRICE, GAS_LIMIT, TO, VALUE, INPUT},
        {CHAIN_ID, NONCE, GAS_PRICE, GAS_LIMIT, TO, VALUE, INPUT, ACCESS_LIST},
        {CHAIN_ID, NONCE, MAX_PRIORITY_FEE_PER_GAS, MAX_FEE_PER_GAS, GAS_LIMIT, TO, VALUE, INPUT, ACCESS_LIST},
        {
            CHAIN_ID,
            NONCE,
            MAX_PRIORITY_FEE_PER_GAS,
            MAX_FEE_PER_GAS,
            GAS_LIMIT,
            TO,
            VALUE,
            INPUT,
            ACCESS_LIST,
            MAX_FEE_PER_BLOB_GAS,
            BLOB_VERSIONED_HASHES
        },
        {
            CHAIN_ID,
            NONCE,
            MAX_PRIORITY_FEE_PER_GAS,
            MAX_FEE_PER_GAS,
            GAS_LIMIT,
            TO,
            VALUE,
            INPUT,
            ACCESS_LIST,
            AUTHORIZATION_LIST
        }
    };

    private static final TransactionField[] SIGNATURE = {V_PARITY, R, S};

    private final EnumMap<TransactionField, Slice> values = new EnumMap<>(TransactionField.class);
    private int type;
    private int[] accessListKeyCounts = new int[16];
    private final Slice accessListKeys = new Slice(0);
    private final byte[] v = new byte[2 * Long.BYTES];

    public Transaction() {
        for (TransactionField field : TransactionField.values()) {
            values.put(field, new Slice(32));
        }
    }

    public int type() {
        return type;
    }

    /** @param newType 0 to {@link #TYPE_MAX} */
    public void setType(int newType) {
        if (newType < 0 || newType > TYPE_MAX) {
            throw new IllegalArgumentException("unsupported transaction type 0x" + Integer.toHexString(newType));
        }
        type = newType;
    }

    /** The field's value: its bytes, or a big-endian integer of any width; of the access list the addresses. Null is absent. */
    public Slice field(TransactionField field) {
        return Objects.requireNonNull(values.get(field));
    }

    /** Number of storage keys of each address of the access list; at least {@code entries} long. */
    public int[] accessListKeyCounts(int entries) {
        if (accessListKeyCounts.length < entries) {
            accessListKeyCounts = new int[Math.max(entries, 2 * accessListKeyCounts.length)];
        }
        return accessListKeyCounts;
    }

    /** The storage keys of all entries of the access list, 32 bytes each. */
    public Slice accessListKeys() {
        return accessListKeys;
    }

    /** A field that this type needs and that is missing; null when there is none. */
    public @Nullable TransactionField missingField() {
        boolean creates = type <= 2;
        for (TransactionField field : LAYOUTS[type]) {
            if (field(field).isNull() && !(field == TO && creates)) {
                return field;
            }
        }
        for (TransactionField field : SIGNATURE) {
            if (field(field).isNull()) {
                return field;
            }
        }
        return null;
    }

    /** Writes the integers of authorization {@code entry} into an authorization list; address, r and s are the caller's. */
    public static void putAuthorization(byte[] list, int entry, long chainId, long nonce, boolean oddY) {
        int at = entry * AUTHORIZATION_BYTES;
        BIG.set(list, at, chainId);
        BIG.set(list, at + AUTHORIZATION_NONCE, nonce);
        list[at + AUTHORIZATION_PARITY] = (byte) (oddY ? 1 : 0);
    }

    /** True when an authorization has chain id 0, as one does whose real id had more than 64 bits. */
    public boolean hasAuthorizationOfChainZero() {
        Slice list = field(AUTHORIZATION_LIST);
        if (type != 4) {
            return false;
        }
        for (int at = 0; at < list.length(); at += AUTHORIZATION_BYTES) {
            if ((long) BIG.get(list.array(), at) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Writes what is hashed to the transaction hash and stands in the transactions trie. Needs every field of the type. */
    public void encode(RlpWriter out) {
        int mark = out.written();
        field(S).writeInteger(out);
        field(R).writeInteger(out);
        if (type == 0) {
            writeLegacyV(out);
        } else {
            field(V_PARITY).writeInteger(out);
        }
        writeFields(out);
        out.closeList(mark);
        writeType(out);
    }

    /** Writes what the sender signed. */
    public void encodeForSigning(RlpWriter out) {
        int mark = out.written();
        if (type == 0 && !field(CHAIN_ID).isNull()) {
            // EIP-155.
            out.empty();
            out.empty();
            field(CHAIN_ID).writeInteger(out);
        }
        writeFields(out);
        out.closeList(mark);
        writeType(out);
    }

    private void writeType(RlpWriter out) {
        if (type != 0) {
            out.raw((byte) type);
        }
    }

    /** 27 + parity, or 2 * chain id + 35 + parity (EIP-155), which may take 65 bits. */
    private void writeLegacyV(RlpWriter out) {
        long parity = field(V_PARITY).array()[0] & 1;
        Slice chainId = field(CHAIN_ID);
        long low = 27 + parity;
        long high = 0;
        if (!chainId.isNull()) {
            long id = chainId.toLong();
            low = (id << 1) + 35 + parity;
            high = (id >>> 63) + (Long.compareUnsigned(low, id << 1) < 0 ? 1 : 0);
        }
        BIG.set(v, 0, high);
        BIG.set(v, Long.BYTES, low);
        out.integer(v, 0, v.length);
    }

    private void writeFields(RlpWriter out) {
        TransactionField[] layout = LAYOUTS[type];
        for (int i = layout.length - 1; i >= 0; i--) {
            TransactionField field = layout[i];
            Slice value = field(field);
            switch (field) {
                case TO, INPUT -> value.writeBytes(out);
                case ACCESS_LIST -> writeAccessList(value, out);
                case BLOB_VERSIONED_HASHES -> writeHashes(value.array(), 0, value.length(), out);
                case AUTHORIZATION_LIST -> writeAuthorizations(value, out);
                case CHAIN_ID,
                        NONCE,
                        GAS_PRICE,
                        MAX_PRIORITY_FEE_PER_GAS,
                        MAX_FEE_PER_GAS,
                        GAS_LIMIT,
                        VALUE,
                        MAX_FEE_PER_BLOB_GAS,
                        V_PARITY,
                        R,
                        S -> value.writeInteger(out);
            }
        }
    }

    private void writeAccessList(Slice addresses, RlpWriter out) {
        int mark = out.written();
        int keysEnd = accessListKeys.length();
        for (int entry = addresses.length() / ADDRESS_BYTES - 1; entry >= 0; entry--) {
            int entryMark = out.written();
            int keysStart = keysEnd - accessListKeyCounts[entry] * HASH_BYTES;
            writeHashes(accessListKeys.array(), keysStart, keysEnd, out);
            keysEnd = keysStart;
            out.bytes(addresses.array(), entry * ADDRESS_BYTES, ADDRESS_BYTES);
            out.closeList(entryMark);
        }
        out.closeList(mark);
    }

    private static void writeHashes(byte[] array, int start, int end, RlpWriter out) {
        int mark = out.written();
        for (int at = end - HASH_BYTES; at >= start; at -= HASH_BYTES) {
            out.bytes(array, at, HASH_BYTES);
        }
        out.closeList(mark);
    }

    private static void writeAuthorizations(Slice list, RlpWriter out) {
        int mark = out.written();
        byte[] array = list.array();
        for (int at = list.length() - AUTHORIZATION_BYTES; at >= 0; at -= AUTHORIZATION_BYTES) {
            int entryMark = out.written();
            out.integer(array, at + AUTHORIZATION_S, HASH_BYTES);
            out.integer(array, at + AUTHORIZATION_R, HASH_BYTES);
            out.integer(array, at + AUTHORIZATION_PARITY, 1);
            out.integer(array, at + AUTHORIZATION_NONCE, Long.BYTES);
            out.bytes(array, at + AUTHORIZATION_ADDRESS, ADDRESS_BYTES);
            out.integer(array, at, Long.BYTES);
            out.closeList(entryMark);
        }
        out.closeList(mark);
    }
}
