/** Recursive length prefix (Yellow Paper, appendix B). Only writing: Amp rebuilds encodings from rows, it never reads one. */
@NullMarked
package io.amp.evm.rlp;

import org.jspecify.annotations.NullMarked;
