/** How long {@code bin/ampd dev} takes until it is ready and until it has answered, with and without its start-up cache. */
@NullMarked
package io.amp.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
