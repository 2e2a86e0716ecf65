/**
 * The schema of the metadata database: its changelog, the migration to the newest version, and the rights that each component needs.
 *
 * <p>The changelog is {@code metadata.sql}; the number of its last changeset is the schema version. An applied changeset is never edited.
 */
@NullMarked
package io.amp.adapters.postgres.schema;

import org.jspecify.annotations.NullMarked;
