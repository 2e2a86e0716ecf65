package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    @ParameterizedTest
    @CsvSource({
        "zstd, zstd(1)",
        "ZSTD(22), zstd(22)",
        "Zstd( 3 ), zstd(3)",
        "lz4, lz4",
        "GZIP, gzip",
        "brotli, brotli",
        "Snappy, snappy",
        "uncompressed, uncompressed"
    })
    void choicesOfTheConfiguration(String text, String meaning) {
        assertThat(Compression.parse(text)).hasToString(meaning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zstd(0)", "zstd(23)", "zstd()", "zstd(-1)", "zip", "gzip(3)", "lzo", "none"})
    void everythingElseNamesTheChoices(String text) {
        assertThatThrownBy(() -> Compression.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("zstd(22)")
                .hasMessageContaining("uncompressed");
    }

    @Test
    void defaultIsZstd1() {
        assertThat(SegmentFormat.defaults().compression()).hasToString("zstd(1)");
    }
}
