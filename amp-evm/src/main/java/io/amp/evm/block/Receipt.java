package io.amp.evm.block;

import io.amp.evm.hash.Bloom;
import io.amp.evm.hash.BloomBits;
import io.amp.evm.rlp.RlpWriter;

/** A receipt of a transaction of type 0 to 4 to be filled and encoded; its bloom is made from its logs. Reusable, not thread-safe. */
public final class Receipt {
    /** The logs of one receipt, in order. */
    public interface Logs {
        /** Fills {@code log} with log {@code index} of the receipt. */
        void load(int index, Log log);
    }

    private final BloomBits bits;
    private final Bloom bloom = new Bloom();
    private final Log log = new Log();
    private final Slice stateRoot = new Slice(Transaction.HASH_BYTES);
    private int type;
    private boolean status;
    private long cumulativeGas;

    public Receipt(BloomBits bits) {
        this.bits = bits;
    }

    /** @param newType 0 to {@link Transaction#TYPE_MAX} */
    public void setType(int newType) {
        type = newType;
    }

    /** Before Byzantium; when it is not null the status does not count (EIP-658). */
    public Slice stateRoot() {
        return stateRoot;
    }

    public void setStatus(boolean success) {
        status = success;
    }

    /** Gas used by the block up to and including this transaction. */
    public void setCumulativeGas(long gas) {
        cumulativeGas = gas;
    }

    /** The bloom of the receipt encoded last. */
    public Bloom bloom() {
        return bloom;
    }

    /** Writes what stands in the receipts trie, and makes the bloom. */
    public void encode(int logCount, Logs logs, RlpWriter out) {
        int mark = out.written();
        bloom.clear();
        for (int index = logCount - 1; index >= 0; index--) {
            logs.load(index, log);
            addTo(bloom, log, bits);
            log.encode(out);
        }
        out.closeList(mark);
        out.bytes(bloom.bytes());
        out.integer(cumulativeGas);
        if (stateRoot.isNull()) {
            out.integer(status);
        } else {
            stateRoot.writeBytes(out);
        }
        out.closeList(mark);
        if (type != 0) {
            out.raw((byte) type);
        }
    }

    /** Adds a log's address and topics to a bloom. */
    public static void addTo(Bloom bloom, Log log, BloomBits bits) {
        bloom.add(bits.ofAddress(log.address(), 0));
        for (int topic = 0; topic < log.topicCount(); topic++) {
            bloom.add(bits.ofTopic(log.topics(), topic * Transaction.HASH_BYTES));
        }
    }
}
