package io.amp.adapters.sources.evmrpc;

import java.util.List;
import java.util.Locale;

/** The {@code error} object of a JSON-RPC answer. Without a stack. */
final class RpcErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final List<String> SIZE_WORDS = List.of("large", "limit", "exceed", "many", "max", "size", "big");

    private final long code;

    RpcErrorException(long code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    long code() {
        return code;
    }

    /** The node does not have the method (JSON-RPC -32601, EIP-1474 -32004, or in words). */
    boolean methodUnknown() {
        String text = text();
        return code == -32601
                || code == -32004
                || text.contains("method not found")
                || text.contains("not supported")
                || text.contains("unsupported");
    }

    /** The node does not have the block, which others say by a null result. */
    boolean blockUnknown() {
        String text = text();
        boolean notFound = text.contains("not found") && (text.contains("block") || text.contains("header"));
        return code == -32001 || text.contains("unknown block") || (notFound && !methodUnknown());
    }

    /** A smaller batch may pass. Providers agree on no code, so the words decide. */
    boolean batchTooLarge() {
        String text = text();
        boolean ofBatch = text.contains("batch") && SIZE_WORDS.stream().anyMatch(text::contains);
        return ofBatch || text.contains("response too large") || text.contains("response size");
    }

    private String text() {
        return String.valueOf(getMessage()).toLowerCase(Locale.ROOT);
    }
}
