/**
 * Proof, from stored rows alone, that a block's header, transactions and logs are those the chain committed to (datasets specification,
 * section 9). Applies to the tables of {@code evm-rpc} datasets.
 *
 * <p>{@link io.amp.core.verify.BlockVerifier} checks one block; {@link io.amp.core.verify.HashChain} checks that blocks link. A header is
 * proved by its hash, transactions and receipts by their roots in the header. Copies of proved values in other columns are compared with
 * the original.
 *
 * <p>The only package of the core that looks into Arrow vectors (decision record 007): blocks are checked while they are being extracted,
 * so their rows are read where they are.
 */
@NullMarked
package io.amp.core.verify;

import org.jspecify.annotations.NullMarked;
