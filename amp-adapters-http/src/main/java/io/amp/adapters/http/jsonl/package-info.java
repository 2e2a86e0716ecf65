/**
 * JSON Lines over HTTP (port 1603): SQL in the request body, one JSON object per row in the answer (query specification, section 6).
 *
 * <p>{@link io.amp.adapters.http.jsonl.JsonLinesServer} owns the socket and the routes; {@code ValueRenderers} turns Arrow batches into
 * bytes, one compiled renderer per column and batch, without an object per value; {@code ContentCoding} negotiates compression.
 */
@NullMarked
package io.amp.adapters.http.jsonl;

import org.jspecify.annotations.NullMarked;
