/**
 * Time, waiting, concurrency and randomness as ports. Core code creates no thread, reads no clock and draws no random number except
 * through these, so that a seeded simulator can run whole deployments in virtual time. Real implementations live in
 * {@code io.amp.core.concurrent}; deterministic twins in the testkit.
 */
@NullMarked
package io.amp.ports.runtime;

import org.jspecify.annotations.NullMarked;
