package io.amp.adapters.http.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentCodingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|identity",
                "''|identity",
                "gzip|gzip",
                "GZIP|gzip",
                "x-gzip|gzip",
                "br|br",
                "deflate|deflate",
                "zstd|identity",
                "gzip, deflate, br|gzip",
                "gzip, deflate, br, zstd|gzip",
                "gzip;q=0.5, br;q=0.8|br",
                "gzip;q=0.5, br;q=0.5, deflate;q=0.9|deflate",
                "gzip;q=0|identity",
                "gzip;q=0, *|br",
                "*|gzip",
                "*;q=0|identity",
                "identity, gzip|gzip",
                "identity;q=0.5, gzip;q=0.2|identity",
                "identity;q=0, gzip;q=0.1|gzip",
                "identity;q=0|identity",
                "gzip;q=2|identity",
                "gzip;q=x|identity",
                "gzip; Q=0.3 , br;q=0.2|gzip",
            })
    void highestQualityWins(String header, String expected) {
        assertThat(ContentCoding.negotiate(header).token()).isEqualTo(expected);
    }
}
