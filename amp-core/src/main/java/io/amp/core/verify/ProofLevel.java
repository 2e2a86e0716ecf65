package io.amp.core.verify;

/** How much of a block was proved, or is to be. */
public enum ProofLevel {
    /** The header alone. */
    HEADER,
    /**
     * The header, and of the rest what its transactions allow: where the chain has transaction types of its own, each hash of a known type, the
     * block's log bloom and its gas.
     */
    PARTIAL,
    /** Header, transactions and receipts. */
    FULL
}
