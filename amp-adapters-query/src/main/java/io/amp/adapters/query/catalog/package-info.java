/** All functions under their names. */
@NullMarked
package io.amp.adapters.query.catalog;

import org.jspecify.annotations.NullMarked;
