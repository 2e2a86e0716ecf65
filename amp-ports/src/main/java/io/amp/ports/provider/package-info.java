/** Configured data sources: one TOML file each, see the datasets specification, section 8. */
@NullMarked
package io.amp.ports.provider;

import org.jspecify.annotations.NullMarked;
