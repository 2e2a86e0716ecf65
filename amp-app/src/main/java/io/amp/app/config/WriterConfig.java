package io.amp.app.config;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * New Parquet files and what becomes of them.
 *
 * @param cache of Parquet footers
 * @param maxRowGroup in-memory size that closes a row group
 * @param flushInterval time that closes a file
 */
public record WriterConfig(
        Compression compression,
        boolean bloomFilters,
        DataSize cache,
        DataSize maxRowGroup,
        Duration flushInterval,
        FileSize fileSize,
        Compactor compactor,
        Collector collector) {
    /**
     * Target of a file; zero = no limit.
     *
     * @param overflow tolerance
     */
    public record FileSize(Multiplier overflow, DataSize bytes, long rows) {}

    /**
     * Compaction.
     *
     * @param cooldown age from which a file may start a group
     * @param eager limits for files that need no cool-down
     * @param maxEagerGeneration files up to this generation need no cool-down, -1 = all need it
     * @param headDistanceBlocks distance from the newest block that files keep from compaction; empty = 128, and 0 for datasets of
     *     finalized blocks only
     */
    public record Compactor(
            boolean active,
            int metadataConcurrency,
            int writeConcurrency,
            Duration minInterval,
            Duration cooldown,
            FileSize eager,
            int maxEagerGeneration,
            OptionalLong headDistanceBlocks) {}

    /**
     * Collection of replaced files.
     *
     * @param deletionLock how long a replaced file is kept
     */
    public record Collector(boolean active, Duration minInterval, Duration deletionLock) {}
}
