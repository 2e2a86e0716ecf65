/**
 * From a user's text to a syntax tree. {@link io.amp.adapters.query.sql.SqlLexer} makes tokens; {@link
 * io.amp.adapters.query.sql.DialectRewriter} turns the dialect (single-quoted references, {@code SETTINGS}, {@code [1, 2]}, slices, {@code ::},
 * reserved words as columns, …) into text that Calcite's parser reads; {@link io.amp.adapters.query.sql.SyntaxTree} pairs the parsed tree
 * with the tokens.
 *
 * <p>In the rewritten text every identifier and every string literal is the number of its token, such as {@code "17"}. So the parser never
 * sees a user's characters (no character set or case rule of its own applies), every node leads back to the exact place in the user's
 * text, and words that Calcite reserves but the dialect does not are never in the way.
 */
@NullMarked
package io.amp.adapters.query.sql;

import org.jspecify.annotations.NullMarked;
