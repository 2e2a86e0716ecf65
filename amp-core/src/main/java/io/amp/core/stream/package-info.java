/**
 * Streaming queries: the same statement, computed range by range as blocks arrive, with reorganisations and
 * watermarks.
 *
 * <p>Every message covers a range; ranges are contiguous. After a reorg the stream says how far to rewind and sends
 * those ranges again.
 */
@NullMarked
package io.amp.core.stream;

import org.jspecify.annotations.NullMarked;
