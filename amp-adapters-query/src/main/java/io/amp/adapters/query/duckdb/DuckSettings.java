package io.amp.adapters.query.duckdb;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a database is opened; nothing can be changed later when it is locked.
 *
 * @param threads threads that execute, counting those that call; at least 1
 * @param memoryLimitBytes what all running queries may hold together before they spill or fail
 * @param temporaryDirectory where they spill; null: they never do
 * @param temporaryBytesMax what may be spilled at once
 * @param readableDirectories directories whose files SQL may read. The engine would also let SQL <em>write</em> there
 * @param options further settings by their engine names, set before the lock
 * @param locked no statement can change a setting, attach, load an extension or reach a file outside {@code readableDirectories}
 */
public record DuckSettings(
        int threads,
        long memoryLimitBytes,
        @Nullable Path temporaryDirectory,
        long temporaryBytesMax,
        List<Path> readableDirectories,
        Map<String, String> options,
        boolean locked) {

    public DuckSettings {
        readableDirectories = List.copyOf(readableDirectories);
        options = Map.copyOf(options);
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        if (memoryLimitBytes < 1 || temporaryBytesMax < 0) {
            throw new IllegalArgumentException("memory limit " + memoryLimitBytes + " and spill limit "
                    + temporaryBytesMax + " must not be negative");
        }
    }
}
