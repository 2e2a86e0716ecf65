/**
 * Pure functions on Ethereum's own encodings. A leaf library: it imports no other Amp module, does no I/O and keeps
 * no state, so anyone may use it, inside Amp or outside.
 *
 * <p>Contents:
 * <ul>
 *     <li>{@code io.amp.evm.abi}: types, signatures, and the coding of calls, results and event logs;
 *     <li>{@code io.amp.evm.rlp}: recursive length prefix, the wire form of blocks, transactions and receipts;
 *     <li>{@code io.amp.evm.hash}: Keccak-256 and the hashes of headers, transactions and withdrawals;
 *     <li>{@code io.amp.evm.trie}: roots of ordered Merkle-Patricia tries, by which a block is checked against its
 *       own header.
 * </ul>
 *
 * <p>Bytes are {@code byte[]} in big-endian order, as on the wire; 256-bit integers are {@link
 * java.math.BigInteger} only at the edges, because decoding runs once per log of a chain. Every constant cites its
 * EIP, and every algorithm is tested against published vectors.
 */
@NullMarked
package io.amp.evm;

import org.jspecify.annotations.NullMarked;
