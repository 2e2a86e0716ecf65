/**
 * Plans for joining small segments into large ones, and for deleting what no snapshot can still see.
 *
 * <p>A plan is a value computed from a list of segments and the current time. Deletion is row first, object second,
 * and never before the grace period that readers rely on.
 */
@NullMarked
package io.amp.core.compact;

import org.jspecify.annotations.NullMarked;
