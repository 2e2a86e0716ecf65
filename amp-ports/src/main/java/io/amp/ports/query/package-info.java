/**
 * SQL in, Arrow out. {@link io.amp.ports.query.QueryService} is what servers call; it resolves references, takes one snapshot of the
 * catalogue and hands both to the {@link io.amp.ports.query.QueryEngine}, which parses, validates, plans and executes. The engine never
 * looks at a store to find out what exists.
 */
@NullMarked
package io.amp.ports.query;

import org.jspecify.annotations.NullMarked;
