package io.amp.app.config;

/** A number of bytes; what zero means says whoever uses it. */
public record DataSize(long bytes) {
    public static DataSize mebibytes(long count) {
        return new DataSize(Math.multiplyExact(count, 1024L * 1024));
    }

    public static DataSize kibibytes(long count) {
        return new DataSize(Math.multiplyExact(count, 1024L));
    }
}
