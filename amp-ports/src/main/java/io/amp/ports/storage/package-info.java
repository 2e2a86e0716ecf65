/**
 * Files and the catalogue that makes them visible. A <em>segment</em> is one Parquet object holding a block range of one table; a
 * <em>table revision</em> is the directory holding one physical copy of a table. When writing: object first, row second. When deleting:
 * row first, object second. Objects without a row do not exist for readers; a query never looks at the store to find out what exists.
 */
@NullMarked
package io.amp.ports.storage;

import org.jspecify.annotations.NullMarked;
