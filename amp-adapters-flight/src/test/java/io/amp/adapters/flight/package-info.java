@NullMarked
package io.amp.adapters.flight;

import org.jspecify.annotations.NullMarked;
