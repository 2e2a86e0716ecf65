/**
 * The types of the SQL dialect. {@link io.amp.adapters.query.type.SqlType} is what users see (query specification, section 1.6): it maps
 * one to one to Arrow. {@link io.amp.adapters.query.type.WorkingType} is what the engine computes with: fewer types, chosen so that the
 * engine's own comparisons, groupings and joins are right on them.
 */
@NullMarked
package io.amp.adapters.query.type;

import org.jspecify.annotations.NullMarked;
