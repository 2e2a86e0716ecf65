/** The aggregate {@code attestation_hash}. */
@NullMarked
package io.amp.adapters.query.attest;

import org.jspecify.annotations.NullMarked;
