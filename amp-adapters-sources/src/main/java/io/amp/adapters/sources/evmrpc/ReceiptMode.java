package io.amp.adapters.sources.evmrpc;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this client asks for the receipts of a block or of each transaction; switches once, for good. Thread-safe. */
final class ReceiptMode {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptMode.class);

    private final String provider;
    private final AtomicBoolean perTransaction;

    ReceiptMode(String provider, boolean perTransaction) {
        this.provider = provider;
        this.perTransaction = new AtomicBoolean(perTransaction);
    }

    boolean perTransaction() {
        return perTransaction.get();
    }

    void blockReceiptsUnknown() {
        if (perTransaction.compareAndSet(false, true)) {
            LOG.warn(
                    "evm-rpc provider '{}' has no eth_getBlockReceipts: receipts are fetched one by one, which is slower",
                    provider);
        }
    }
}
