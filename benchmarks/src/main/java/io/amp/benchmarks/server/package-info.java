/** Programs under test, each in a process of its own, and what they use. */
@NullMarked
package io.amp.benchmarks.server;

import org.jspecify.annotations.NullMarked;
