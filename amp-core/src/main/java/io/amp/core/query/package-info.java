/**
 * Query use cases: resolve the datasets a statement names, take one snapshot of their segments, and hand both to
 * the engine.
 *
 * <p>A snapshot is taken once per query; a query never looks at the store to find out what exists. Limits of time,
 * memory and concurrency are applied here, before the engine starts.
 */
@NullMarked
package io.amp.core.query;

import org.jspecify.annotations.NullMarked;
