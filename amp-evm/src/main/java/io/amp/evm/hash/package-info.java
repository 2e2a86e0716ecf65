/** Keccak-256, and the log blooms made with it. */
@NullMarked
package io.amp.evm.hash;

import org.jspecify.annotations.NullMarked;
