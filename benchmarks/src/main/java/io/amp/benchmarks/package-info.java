/**
 * Whole-process benchmarks: a package for each thing that is measured, beside what it is measured against.
 */
@NullMarked
package io.amp.benchmarks;

import org.jspecify.annotations.NullMarked;
