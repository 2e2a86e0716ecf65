@NullMarked
package io.amp.testkit.metadata;

import org.jspecify.annotations.NullMarked;
