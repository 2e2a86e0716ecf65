/**
 * Merkle-Patricia trie roots over an ordered list (Yellow Paper, appendix D): transactions and receipts of one block.
 *
 * <p>Only roots are computed; there is no store and there are no proofs. Keys are the RLP of the index, as the chain does it.
 */
@NullMarked
package io.amp.evm.trie;

import org.jspecify.annotations.NullMarked;
