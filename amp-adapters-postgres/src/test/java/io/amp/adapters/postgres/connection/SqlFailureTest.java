package io.amp.adapters.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
    @ParameterizedTest
    @CsvSource({
        "08006, CONNECTION",
        "08001, CONNECTION",
        "08003, CONNECTION",
        "57P01, CONNECTION",
        "57P02, CONNECTION",
        "53300, CONNECTION",
        ", CONNECTION",
        "40001, TRANSACTION",
        "40P01, TRANSACTION",
        "57P03, STARTING_UP",
        "23505, OTHER",
        "42601, OTHER",
        "42501, OTHER",
        "28P01, OTHER",
        "57014, OTHER"
    })
    void sqlStateDecides(String state, SqlFailure expected) {
        var failure = new IllegalStateException("wrapped", new SQLException("Password of ann is s3cret", state));

        assertThat(SqlFailure.of(failure)).isEqualTo(expected);
        AmpException translated = SqlFailure.translate("list jobs", failure);
        assertThat(translated.code())
                .isEqualTo(
                        expected == SqlFailure.OTHER ? StorageError.METADATA_ERROR : StorageError.METADATA_UNAVAILABLE);
        assertThat(translated).hasMessageContaining("list jobs").hasMessageNotContaining("s3cret");
    }

    @Test
    void poolTimeOutIsConnectionTroubleWhateverItsStateSays() {
        assertThat(SqlFailure.of(new SQLTransientConnectionException("timed out", "28P01")))
                .isEqualTo(SqlFailure.CONNECTION);
        assertThat(SqlFailure.of(new SQLTransientConnectionException("timed out", "57P03")))
                .isEqualTo(SqlFailure.STARTING_UP);
        assertThat(SqlFailure.of(new IllegalStateException())).isEqualTo(SqlFailure.OTHER);
    }

    @Test
    void pausesDoubleUpToTheCapWithSomeJitter() {
        for (int attempt = 1; attempt <= 100; attempt++) {
            long expectedMs = attempt > 6 ? 60_000 : 1000L << (attempt - 1);
            assertThat(RetryPolicy.STANDARD.pause(attempt))
                    .isBetween(Duration.ofMillis(expectedMs), Duration.ofMillis(expectedMs * 6 / 5));
        }
    }
}
