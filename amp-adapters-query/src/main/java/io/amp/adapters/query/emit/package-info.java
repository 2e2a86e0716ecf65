/**
 * From a typed plan to the engine's SQL. Names of columns and tables are numbers ({@code c12}, {@code t3}), and only {@link
 * io.amp.adapters.query.emit.LiteralEmitter} writes characters of a user, as quoted literals; so no text of a user can be anything but a
 * value.
 */
@NullMarked
package io.amp.adapters.query.emit;

import org.jspecify.annotations.NullMarked;
