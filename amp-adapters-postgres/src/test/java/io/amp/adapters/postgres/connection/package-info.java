@NullMarked
package io.amp.adapters.postgres.connection;

import org.jspecify.annotations.NullMarked;
