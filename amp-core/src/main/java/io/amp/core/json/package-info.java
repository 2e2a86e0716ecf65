/**
 * JSON as plain values: reading with duplicate keys refused, checking with a path in every message, writing the canonical form.
 *
 * <p>A document is a tree of {@code LinkedHashMap}, {@code ArrayList}, {@code String}, {@code Boolean}, {@code Long}, {@code
 * BigInteger} (outside of signed 64 bits), {@code BigDecimal} (with fraction or exponent) and null. Domain records never pass through a
 * mapper; each has a decoder that names the fields it reads.
 */
@NullMarked
package io.amp.core.json;

import org.jspecify.annotations.NullMarked;
