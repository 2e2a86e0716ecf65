/**
 * Object stores (local directory, S3 and compatible, Google Cloud Storage, Azure) and the Parquet segments on top
 * of them.
 *
 * <p>A segment store writes through the object store port, never through a client of its own, so each store needs
 * no Parquet code. Segments are written column by column from Arrow: fixed-size binary, UTC nanosecond timestamps,
 * zstd, Bloom filters on hash columns, row groups of about 120 thousand rows, and the block range in the footer. An
 * object becomes visible whole or not at all.
 */
@NullMarked
package io.amp.adapters.objectstore;

import org.jspecify.annotations.NullMarked;
