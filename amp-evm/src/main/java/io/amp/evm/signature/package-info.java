/**
 * Who signed a transaction: recovery of the sender's address from a secp256k1 signature (SEC 1, section 4.1.6).
 *
 * <p>All values are public, so nothing here runs in constant time. There is no signing and no key.
 */
@NullMarked
package io.amp.evm.signature;

import org.jspecify.annotations.NullMarked;
