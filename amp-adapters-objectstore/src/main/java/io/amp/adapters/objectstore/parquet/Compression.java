package io.amp.adapters.objectstore.parquet;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How pages are compressed: the value of {@code [writer] compression}.
 *
 * @param level for zstd, 1 to 22; 0 for the others
 */
public record Compression(Codec codec, int level) {
    /** {@code zstd(1)}: higher levels gain little on hashes. */
    public static final Compression DEFAULT = new Compression(Codec.ZSTD, 1);

    private static final int ZSTD_LEVEL_MAX = 22;
    private static final Pattern ZSTD = Pattern.compile("zstd(?:\\(\\s*([0-9]{1,3})\\s*\\))?");

    /** Codecs of the configuration, under Parquet's names. */
    public enum Codec {
        ZSTD(CompressionCodecName.ZSTD),
        LZ4(CompressionCodecName.LZ4_RAW),
        GZIP(CompressionCodecName.GZIP),
        BROTLI(CompressionCodecName.BROTLI),
        SNAPPY(CompressionCodecName.SNAPPY),
        UNCOMPRESSED(CompressionCodecName.UNCOMPRESSED);

        private final CompressionCodecName parquetName;

        Codec(CompressionCodecName parquetName) {
            this.parquetName = parquetName;
        }

        CompressionCodecName parquetName() {
            return parquetName;
        }
    }

    /**
     * Reads a configured value, any case.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public static Compression parse(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        Matcher zstd = ZSTD.matcher(value);
        if (zstd.matches()) {
            int level = zstd.group(1) == null ? DEFAULT.level : Integer.parseInt(zstd.group(1));
            if (level >= 1 && level <= ZSTD_LEVEL_MAX) {
                return new Compression(Codec.ZSTD, level);
            }
        }
        return switch (value) {
            case "lz4", "lz4_raw" -> new Compression(Codec.LZ4, 0);
            case "gzip" -> new Compression(Codec.GZIP, 0);
            case "brotli" -> new Compression(Codec.BROTLI, 0);
            case "snappy" -> new Compression(Codec.SNAPPY, 0);
            case "uncompressed" -> new Compression(Codec.UNCOMPRESSED, 0);
            default ->
                throw new IllegalArgumentException("invalid compression '" + text
                        + "': expected zstd, zstd(1) to zstd(22), lz4, gzip, brotli, snappy or uncompressed");
        };
    }

    @Override
    public String toString() {
        String name = codec.name().toLowerCase(Locale.ROOT);
        return codec == Codec.ZSTD ? name + "(" + level + ")" : name;
    }
}
