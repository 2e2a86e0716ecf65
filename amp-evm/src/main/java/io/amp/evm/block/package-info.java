/**
 * What a block's hash and roots commit to: the encodings of headers, transactions (types 0 to 4) and receipts.
 *
 * <p>{@link io.amp.evm.block.Header}, {@link io.amp.evm.block.Transaction}, {@link io.amp.evm.block.Receipt} and
 * {@link io.amp.evm.block.Log} are reusable carriers: the caller fills one, has it encoded and fills it again, so that checking a chain does
 * not make garbage of every block. Fields are named as the columns of Amp's tables.
 *
 * <p>A header has more fields after each fork. The fields present decide the form, in the order in which the forks added them; the fork
 * schedule of a network is not needed.
 */
@NullMarked
package io.amp.evm.block;

import org.jspecify.annotations.NullMarked;
