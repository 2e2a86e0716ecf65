/**
 * From syntax to a typed plan: names are resolved, types derived by the dialect's own rules (query specification, sections 1.2 to 1.8), and
 * whatever the catalogue of tables and functions does not hold is refused. Nothing here reads data.
 */
@NullMarked
package io.amp.adapters.query.bind;

import org.jspecify.annotations.NullMarked;
