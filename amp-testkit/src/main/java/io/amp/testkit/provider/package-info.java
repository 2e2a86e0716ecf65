/** Provider files without files. */
@NullMarked
package io.amp.testkit.provider;

import org.jspecify.annotations.NullMarked;
