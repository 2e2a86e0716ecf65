package io.amp.app.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the pages of new files are compressed.
 *
 * @param level 1 to 22 for zstd, else 0
 */
public record Compression(Codec codec, int level) {
    /** Names as written in the configuration, lower case. */
    static final String NAMES = "zstd, zstd(1) to zstd(22), lz4, gzip, brotli, snappy, uncompressed";

    private static final Pattern ZSTD = Pattern.compile("zstd(?:\\s*\\(\\s*(\\d{1,2})\\s*\\))?");

    /** A Parquet codec; lz4 is the one without frames. */
    public enum Codec {
        ZSTD,
        LZ4,
        GZIP,
        BROTLI,
        SNAPPY,
        UNCOMPRESSED
    }

    public static final Compression DEFAULT = new Compression(Codec.ZSTD, 1);

    static Optional<Compression> parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        Matcher zstd = ZSTD.matcher(name);
        if (zstd.matches()) {
            int level = zstd.group(1) == null ? 1 : Integer.parseInt(zstd.group(1));
            return level >= 1 && level <= 22 ? Optional.of(new Compression(Codec.ZSTD, level)) : Optional.empty();
        }
        return switch (name) {
            case "lz4", "lz4_raw" -> Optional.of(new Compression(Codec.LZ4, 0));
            case "gzip" -> Optional.of(new Compression(Codec.GZIP, 0));
            case "brotli" -> Optional.of(new Compression(Codec.BROTLI, 0));
            case "snappy" -> Optional.of(new Compression(Codec.SNAPPY, 0));
            case "uncompressed" -> Optional.of(new Compression(Codec.UNCOMPRESSED, 0));
            default -> Optional.empty();
        };
    }
}
