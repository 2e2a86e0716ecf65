@NullMarked
package io.amp.benchmarks.query;

import org.jspecify.annotations.NullMarked;
