package io.amp.ports.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stored object.
 *
 * @param path relative to the store's base, {@code /} as separator, no leading slash
 * @param size bytes
 */
public record ObjectInfo(
        String path,
        long size,
        @Nullable String etag,
        @Nullable String version,
        Instant lastModified) {}
