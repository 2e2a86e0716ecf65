/**
 * The canonical chain, found by hash links among committed segments, and the ranges still missing from it.
 *
 * <p>Everything here is pure and bounded by the number of segments of one table revision. Block numbers are
 * unsigned, ranges are inclusive. A segment follows another when its range follows and its previous hash is the
 * other's last hash; a segment without hashes follows by number alone.
 */
@NullMarked
package io.amp.core.chain;

import org.jspecify.annotations.NullMarked;
