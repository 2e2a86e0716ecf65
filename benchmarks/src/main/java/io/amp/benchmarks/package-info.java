/**
 * JMH and whole-process benchmarks, each with its kept baseline.
 */
@NullMarked
package io.amp.benchmarks;

import org.jspecify.annotations.NullMarked;
