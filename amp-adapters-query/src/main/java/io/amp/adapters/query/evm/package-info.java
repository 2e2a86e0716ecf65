/**
 * The EVM functions of SQL (functions specification, section 5) on top of {@code io.amp.evm.abi}. Signatures are parsed while binding, which
 * finds every mistake in them; the engine's functions compile them once per statement and then work chunk by chunk on the engine's
 * own memory.
 *
 * <p>The engine wants one result type per function name, so decoders and encoders are registered per shape of their types: all events
 * with fields of the same types share one.
 */
@NullMarked
package io.amp.adapters.query.evm;

import org.jspecify.annotations.NullMarked;
