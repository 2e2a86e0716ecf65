@NullMarked
package io.amp.adapters.postgres;

import org.jspecify.annotations.NullMarked;
