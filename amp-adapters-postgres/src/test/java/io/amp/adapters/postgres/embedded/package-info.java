@NullMarked
package io.amp.adapters.postgres.embedded;

import org.jspecify.annotations.NullMarked;
