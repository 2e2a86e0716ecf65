/**
 * Segments as Parquet objects.
 *
 * <p>Writing: {@link io.amp.adapters.objectstore.parquet.ParquetSegmentStore} opens a writer per file. Its columns take values straight
 * from Arrow buffers, a slice at a time, and make pages of them (plain or dictionary); parquet-java compresses and frames the pages,
 * builds page indexes and writes the file. Only one row group is held in memory, compressed.
 *
 * <p>Reading: only footers are read here, by ranges and without Hadoop classes; rows are read by the query engine from the local file
 * that {@link io.amp.adapters.objectstore.parquet.ParquetSegmentStore#open} lends.
 *
 * <p>The footer's keys and the writer's properties are those of the jobs-and-storage specification, sections 4.3 and 4.4; where the
 * defaults differ from it, {@link io.amp.adapters.objectstore.parquet.SegmentFormat} says so and a decision record says why.
 */
@NullMarked
package io.amp.adapters.objectstore.parquet;

import org.jspecify.annotations.NullMarked;
