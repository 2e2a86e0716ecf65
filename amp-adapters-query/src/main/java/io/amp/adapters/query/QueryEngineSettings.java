package io.amp.adapters.query;

import java.nio.file.Path;
import java.util.List;

/**
 * How the engine runs.
 *
 * @param threads that execute; 0 = one per processor
 * @param memoryBytesMax what all queries together may hold; 0 = half of the machine's memory
 * @param queryMemoryBytesMax what one query may hold; 0 = no limit of its own. The engine counts memory for all queries together, so
 *     when this is the tighter limit, all queries together get no more than it
 * @param spillDirectories where sorts, joins and aggregates go that do not fit; empty = they fail. Created, and emptied of leftovers;
 *     the engine uses one at a time: that with the most free space at the start
 * @param readableDirectories the only directories whose files can be read
 */
public record QueryEngineSettings(
        int threads,
        long memoryBytesMax,
        long queryMemoryBytesMax,
        List<Path> spillDirectories,
        List<Path> readableDirectories) {
    public QueryEngineSettings {
        spillDirectories = List.copyOf(spillDirectories);
        readableDirectories = List.copyOf(readableDirectories);
        if (threads < 0 || memoryBytesMax < 0 || queryMemoryBytesMax < 0) {
            throw new IllegalArgumentException("limits of the query engine must not be negative");
        }
    }

    /** Defaults of the machine. */
    public static QueryEngineSettings reading(List<Path> directories) {
        return new QueryEngineSettings(0, 0, 0, List.of(), directories);
    }
}
