/**
 * Contract ABI: signatures and types, topics and selectors, and the coding of logs, calls and results (functions specification, sections 2
 * to 5).
 *
 * <p>Start with {@link io.amp.evm.abi.AbiEvent#parse} or {@link io.amp.evm.abi.AbiFunction#parse}, compile the result once into a
 * {@link io.amp.evm.abi.LogDecoder}, {@link io.amp.evm.abi.CallDecoder}, {@link io.amp.evm.abi.AbiDecoder} or
 * {@link io.amp.evm.abi.AbiEncoder} and reuse that. {@link io.amp.evm.abi.ValueType} says what columns look like;
 * {@link io.amp.evm.abi.AbiSink} and {@link io.amp.evm.abi.AbiSource} are the columns' ends, implemented per engine.
 * {@link io.amp.evm.abi.AbiObjects} is for callers with few values.
 *
 * <p>Decoding never trusts its input: offsets and lengths come from the chain and may be hostile. A row is proved before any of it is
 * written, malformed data is a return value and not an exception, and no declared length is allocated before it is known to be present.
 * Errors of whoever wrote a signature or a value are {@link io.amp.evm.abi.AbiException}s.
 */
@NullMarked
package io.amp.evm.abi;

import org.jspecify.annotations.NullMarked;
