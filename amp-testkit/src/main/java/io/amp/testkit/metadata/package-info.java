/**
 * The metadata database in memory, and the contracts that it and the PostgreSQL adapter both pass.
 *
 * <p>One {@link io.amp.testkit.metadata.InMemoryDatabase} is shared by as many {@link io.amp.testkit.metadata.InMemoryMetadataStore}s as
 * there are simulated processes; each store can lose its connection on its own, and the database can be down for all. Time comes from
 * the database's clock, waiting from the clock of each store, so everything runs in virtual time too. {@link
 * io.amp.testkit.metadata.FaultyMetadataStore} wraps any store with seeded failures.
 */
@NullMarked
package io.amp.testkit.metadata;

import org.jspecify.annotations.NullMarked;
