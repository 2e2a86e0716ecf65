package io.amp.ports.chain;

import io.amp.ports.error.ErrorCategory;
import io.amp.ports.error.ErrorCode;

/** Failures of sources (sources specification, sections 3.9 and 9). */
public enum SourceError implements ErrorCode {
    /** Transport, time-out, 5xx, 429, JSON-RPC error, undecodable answer: try again. May carry context {@code retry_after_ms}. */
    UNREACHABLE(ErrorCategory.UNAVAILABLE),
    /** The block, or its receipts, is not there yet or changed in between: try again. */
    NOT_READY(ErrorCategory.UNAVAILABLE),
    /** 401 or 403 from the provider. */
    REFUSED(ErrorCategory.UNAVAILABLE),
    /** Valid JSON with wrong content; fatal after ten identical ones in a row on one block. Context {@code block}, {@code field}. */
    BAD_DATA(ErrorCategory.BAD_GATEWAY),
    /** Data that no retry can mend: overflow of a column that must hold it, non-increasing numbers. */
    FATAL_DATA(ErrorCategory.INTERNAL),
    /** The rows do not hash to what the header says (datasets specification, section 9). */
    VERIFICATION_FAILED(ErrorCategory.BAD_GATEWAY),
    /** The provider serves another chain than the dataset's network. */
    WRONG_CHAIN(ErrorCategory.CONFLICT),
    /** The provider's configuration cannot be used. */
    INVALID_PROVIDER(ErrorCategory.INVALID_ARGUMENT),
    /** No provider of this kind and network is configured. */
    NO_PROVIDER(ErrorCategory.NOT_FOUND);

    private final ErrorCategory category;

    SourceError(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
