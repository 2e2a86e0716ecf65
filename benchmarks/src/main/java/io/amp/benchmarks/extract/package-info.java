/**
 * Extraction, measured as whole processes: {@link io.amp.benchmarks.extract.DenseNode} serves blocks as dense as mainnet's,
 * {@link io.amp.benchmarks.extract.ExtractionBenchmark} lets an {@code ampd} extract them. New conditions (a slower node, verification)
 * are cases of the latter.
 */
@NullMarked
package io.amp.benchmarks.extract;

import org.jspecify.annotations.NullMarked;
