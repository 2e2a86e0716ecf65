/**
 * Reading JSON straight from the bytes of an answer, without an object for each value.
 *
 * <p>{@link io.amp.adapters.sources.json.JsonCursor} walks over a byte array in the order of the text and hands out what the reader asks
 * for: field numbers instead of names, hex digits as bytes, quantities as words. What is not asked for is skipped, but still checked, so
 * an answer that is not JSON never passes for one.
 */
@NullMarked
package io.amp.adapters.sources.json;

import org.jspecify.annotations.NullMarked;
