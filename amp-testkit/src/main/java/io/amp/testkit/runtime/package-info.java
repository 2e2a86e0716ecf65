/** Time and waiting for tests. */
@NullMarked
package io.amp.testkit.runtime;

import org.jspecify.annotations.NullMarked;
