/**
 * Recursive length prefix (Yellow Paper, appendix B): writing items and lists, and reading them strictly.
 *
 * <p>Only the canonical form is accepted when reading; lengths are checked against the bytes at hand before
 * anything is allocated.
 */
@NullMarked
package io.amp.evm.rlp;

import org.jspecify.annotations.NullMarked;
