@NullMarked
package io.amp.benchmarks.extract;

import org.jspecify.annotations.NullMarked;
