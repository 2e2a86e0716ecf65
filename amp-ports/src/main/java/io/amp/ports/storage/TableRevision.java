package io.amp.ports.storage;

/**
 * The directory holding one physical copy of a table.
 *
 * @param id location id, at least 1
 * @param path relative to the data store, without leading or trailing slash; opaque
 */
public record TableRevision(long id, TableKey key, String path) {}
