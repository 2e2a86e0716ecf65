/**
 * Rows on their way into Arrow: columns that grow in reusable arrays, copied once into a batch of exactly the right size.
 *
 * <p>A decoder does not know how many rows a block has until it has read it. It writes into the {@link
 * io.amp.adapters.sources.column.Column}s of a {@link io.amp.adapters.sources.column.TableStage}, may drop its last rows again, and
 * finally asks for a batch, for which all columns of the table share one allocation. A stage belongs to one thread and is used for block
 * after block, so the arrays are as large as the largest block and there are as many as threads.
 */
@NullMarked
package io.amp.adapters.sources.column;

import org.jspecify.annotations.NullMarked;
