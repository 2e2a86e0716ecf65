/**
 * The fingerprint of a set of rows behind the SQL aggregate {@code attestation_hash} (functions specification, section 7). Of the chain
 * it knows nothing; it stands here because the query engine and anybody outside who checks an attestation need the same bytes.
 */
@NullMarked
package io.amp.evm.attestation;

import org.jspecify.annotations.NullMarked;
