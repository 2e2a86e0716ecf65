/** Provider files: one TOML object per configured data source (datasets specification, section 8.1). */
@NullMarked
package io.amp.adapters.objectstore.provider;

import org.jspecify.annotations.NullMarked;
