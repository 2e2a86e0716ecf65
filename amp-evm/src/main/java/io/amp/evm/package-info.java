/**
 * Pure functions on Ethereum's own encodings. A leaf library: it imports no other Amp module, does no I/O and keeps no state, so
 * anyone may use it, inside Amp or outside.
 *
 * <p>Contents:
 * <ul>
 *   <li>{@code io.amp.evm.abi}: types, signatures, and the coding of calls, results and event logs; numbers, hex and units;
 *   <li>{@code io.amp.evm.rlp}: recursive length prefix, the form that everything on the chain is hashed in;
 *   <li>{@code io.amp.evm.hash}: Keccak-256 and log blooms;
 *   <li>{@code io.amp.evm.block}: headers, transactions and receipts as a block commits to them;
 *   <li>{@code io.amp.evm.trie}: roots of ordered Merkle-Patricia tries, by which a block is checked against its own header;
 *   <li>{@code io.amp.evm.signature}: senders of transactions.
 * </ul>
 *
 * <p>Bytes are slices of {@code byte[]} in big-endian order, as on the wire; 256-bit integers are {@link java.math.BigInteger} only at the
 * edges, because this code runs once per log of a chain. Classes that hold buffers are reused by one thread; everything else is immutable.
 * Every constant cites its source, and every algorithm is tested against published vectors.
 */
@NullMarked
package io.amp.evm;

import org.jspecify.annotations.NullMarked;
