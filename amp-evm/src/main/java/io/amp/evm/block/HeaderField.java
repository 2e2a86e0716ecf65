package io.amp.evm.block;

import java.util.Locale;

/** The fields of a header in the order of its encoding (Yellow Paper 4.3; EIP-1559, 4895, 4844, 4788, 7685). */
public enum HeaderField {
    PARENT_HASH(Form.BYTES),
    OMMERS_HASH(Form.BYTES),
    MINER(Form.BYTES),
    STATE_ROOT(Form.BYTES),
    TRANSACTIONS_ROOT(Form.BYTES),
    RECEIPT_ROOT(Form.BYTES),
    LOGS_BLOOM(Form.BYTES),
    DIFFICULTY(Form.INTEGER),
    BLOCK_NUM(Form.INTEGER),
    GAS_LIMIT(Form.INTEGER),
    GAS_USED(Form.INTEGER),
    /** Unix seconds. */
    TIMESTAMP(Form.INTEGER),
    EXTRA_DATA(Form.BYTES),
    MIX_HASH(Form.BYTES),
    /** Eight bytes, not an integer. */
    NONCE(Form.BYTES),
    /** The first field that a header may lack; from here on the first absent one ends it. */
    BASE_FEE_PER_GAS(Form.INTEGER),
    WITHDRAWALS_ROOT(Form.BYTES),
    BLOB_GAS_USED(Form.INTEGER),
    EXCESS_BLOB_GAS(Form.INTEGER),
    PARENT_BEACON_ROOT(Form.BYTES),
    REQUESTS_HASH(Form.BYTES);

    enum Form {
        BYTES,
        INTEGER
    }

    private final Form form;
    private final String column;

    HeaderField(Form form) {
        this.form = form;
        this.column = name().toLowerCase(Locale.ROOT);
    }

    Form form() {
        return form;
    }

    /** Name of the column in table {@code blocks}. */
    public String column() {
        return column;
    }

    /** True for fields that a fork added. */
    public boolean isOptional() {
        return compareTo(BASE_FEE_PER_GAS) >= 0;
    }
}
