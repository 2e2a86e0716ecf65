package io.amp.app.config;

/**
 * Where things are kept: absolute local paths, or URLs of object stores.
 *
 * @param dataDir Parquet files
 * @param providersDir provider files
 * @param manifestsDir manifests
 */
public record StorageConfig(String dataDir, String providersDir, String manifestsDir) {}
