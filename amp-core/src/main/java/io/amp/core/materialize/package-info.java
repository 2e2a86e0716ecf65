/**
 * Extraction: from a chain source, or from a query over other datasets, to committed segments.
 *
 * <p>Each block range becomes one object per table, then one row per object: the object first, the row second, so
 * that a crash leaves at worst an object nobody refers to. A commit whose acknowledgement was lost is read back
 * before anything is repeated.
 */
@NullMarked
package io.amp.core.materialize;

import org.jspecify.annotations.NullMarked;
