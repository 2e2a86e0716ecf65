/**
 * Keccak-256 and the hashes derived from it: block headers of every fork, transactions of every type.
 *
 * <p>A header has more fields after each fork. The fields present decide the form, in the order in which the forks
 * added them; the fork schedule of a network is not needed.
 */
@NullMarked
package io.amp.evm.hash;

import org.jspecify.annotations.NullMarked;
