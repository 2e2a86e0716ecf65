package io.amp.core.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.query.AdmissionRule.Decision;
import io.amp.core.query.AdmissionRule.Load;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionRuleTest {
    /** At most 4 at once, 2 of them streaming, 3 per client, 5 per minute and client, 2 waiting. */
    private static final QueryLimits LIMITS =
            new QueryLimits(4, 2, 3, 5, 2, Duration.ofSeconds(1), Duration.ZERO, 0, 100);

    @ParameterizedTest
    @CsvSource({
        // running, streaming, of the client, started by it, waiting, streams, anonymous, decision
        "0, 0, 0, 0, 0, false, false, Admit",
        "3, 2, 2, 4, 0, false, false, Admit",
        "4, 0, 0, 0, 0, false, false, Wait",
        "4, 0, 0, 0, 2, false, false, Refuse",
        "2, 2, 0, 0, 0, true, false, Wait",
        "2, 2, 0, 0, 0, false, false, Admit",
        "3, 0, 3, 3, 1, false, false, Wait",
        "3, 0, 3, 3, 1, false, true, Admit",
        "0, 0, 0, 5, 0, false, false, Refuse",
        "0, 0, 0, 5, 0, false, true, Admit",
    })
    void decides(
            int running,
            int streaming,
            int ofClient,
            int started,
            int waiting,
            boolean streams,
            boolean anonymous,
            String expected) {
        Decision decision = AdmissionRule.decide(
                LIMITS, new Load(running, streaming, ofClient, started, waiting), streams, anonymous);

        assertThat(decision.getClass().getSimpleName()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0, 0, 4 queries at once",
        "0, 2, 0, 2 streaming queries at once",
        "0, 0, 3, 3 queries at once per client"
    })
    void theObstacleNamesItsLimit(int running, int streaming, int ofClient, String text) {
        assertThat(AdmissionRule.obstacle(LIMITS, new Load(running, streaming, ofClient, 0, 0), true, false))
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000, 1000, 1000"})
    void zeroMeansNoLimit(int running, int streaming, int ofClient, int started) {
        assertThat(AdmissionRule.decide(
                        QueryLimits.DEFAULT, new Load(running, streaming, ofClient, started, 0), true, false))
                .isInstanceOf(Decision.Admit.class);
    }
}
