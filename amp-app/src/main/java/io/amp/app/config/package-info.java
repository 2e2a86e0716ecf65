/**
 * Configuration: one immutable record per component, read from TOML and the environment.
 *
 * <p>Values are typed ({@code Duration}, sizes), validated together, and every problem is reported at once. An
 * unknown key is a warning with the nearest known name; retired keys are still recognised.
 */
@NullMarked
package io.amp.app.config;

import org.jspecify.annotations.NullMarked;
