package io.amp.evm.block;

import java.util.Locale;

/** The committed fields of transactions, of which each type has some. */
public enum TransactionField {
    CHAIN_ID,
    NONCE,
    GAS_PRICE,
    MAX_PRIORITY_FEE_PER_GAS,
    MAX_FEE_PER_GAS,
    GAS_LIMIT,
    /** 20 bytes; null creates a contract. */
    TO,
    VALUE,
    INPUT,
    /** See {@link Transaction#accessListKeyCounts}. */
    ACCESS_LIST,
    MAX_FEE_PER_BLOB_GAS,
    /** Hashes of 32 bytes, one after the other. */
    BLOB_VERSIONED_HASHES,
    /** Entries of {@link Transaction#AUTHORIZATION_BYTES}, one after the other. */
    AUTHORIZATION_LIST,
    /** One byte, 0 or 1. */
    V_PARITY,
    R,
    S;

    private final String column;

    TransactionField() {
        this.column = name().toLowerCase(Locale.ROOT);
    }

    /** Name of the column in table {@code transactions} of an {@code evm-rpc} dataset. */
    public String column() {
        return column;
    }
}
