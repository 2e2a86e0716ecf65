/** The metadata database as one resource that bundles its stores. */
@NullMarked
package io.amp.ports.metadata;

import org.jspecify.annotations.NullMarked;
