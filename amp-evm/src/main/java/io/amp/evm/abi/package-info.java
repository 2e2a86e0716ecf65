/**
 * Contract ABI: canonical types and signatures, topics and selectors, and decoding of logs, calls and results.
 *
 * <p>Start with a parsed signature, kept and reused: parsing is slow, decoding is not. Decoding never trusts its
 * input: offsets and lengths come from the chain and may be hostile, so a value that does not fit its declared type
 * is a failure of that value, not a crash, and no declared length is allocated before it is known to be present.
 */
@NullMarked
package io.amp.evm.abi;

import org.jspecify.annotations.NullMarked;
