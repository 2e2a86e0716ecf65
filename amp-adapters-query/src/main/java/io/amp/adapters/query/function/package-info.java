/**
 * The catalogue of functions and operators. A name that is not here does not exist: the catalogue is the whitelist. Each entry checks and
 * converts its arguments, derives the contract type of the result, and knows how the engine spells the call.
 */
@NullMarked
package io.amp.adapters.query.function;

import org.jspecify.annotations.NullMarked;
