@NullMarked
package io.amp.adapters.postgres.schema;

import org.jspecify.annotations.NullMarked;
