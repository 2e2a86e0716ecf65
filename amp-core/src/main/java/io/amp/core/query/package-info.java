/**
 * Queries: from a statement to a stream of batches.
 *
 * <p>{@link io.amp.core.query.QueryExecutor} is the whole way: the engine parses, the registry resolves every dataset once, the engine
 * plans, one catalogue snapshot gives the visible segments of all tables, the engine runs over exactly these. A plan holds no resources
 * and may run several times; each run takes a new snapshot. Pure decisions stand beside it: who may run ({@code AdmissionRule}), which
 * blocks all tables have in common ({@code CoveredRanges}). Chains are kept between queries and only changes are read ({@code
 * SnapshotCache}).
 */
@NullMarked
package io.amp.core.query;

import org.jspecify.annotations.NullMarked;
