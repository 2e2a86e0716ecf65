package io.amp.evm.block;

import io.amp.evm.rlp.RlpWriter;

/** A log to be filled and encoded. Reusable, not thread-safe. */
public final class Log {
    public static final int TOPICS_MAX = 4;

    private final byte[] address = new byte[Transaction.ADDRESS_BYTES];
    private final byte[] topics = new byte[TOPICS_MAX * Transaction.HASH_BYTES];
    private final Slice data = new Slice(256);
    private int topicCount;

    /** 20 bytes to be filled. */
    public byte[] address() {
        return address;
    }

    /** Room for four topics of 32 bytes. */
    public byte[] topics() {
        return topics;
    }

    public int topicCount() {
        return topicCount;
    }

    public void setTopicCount(int count) {
        topicCount = count;
    }

    public Slice data() {
        return data;
    }

    void encode(RlpWriter out) {
        int mark = out.written();
        data.writeBytes(out);
        int topicsMark = out.written();
        for (int topic = topicCount - 1; topic >= 0; topic--) {
            out.bytes(topics, topic * Transaction.HASH_BYTES, Transaction.HASH_BYTES);
        }
        out.closeList(topicsMark);
        out.bytes(address, 0, address.length);
        out.closeList(mark);
    }
}
