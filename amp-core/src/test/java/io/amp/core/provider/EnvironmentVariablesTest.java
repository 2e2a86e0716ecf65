package io.amp.core.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.provider.EnvironmentVariables.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of the datasets specification, section 8.3. */
class EnvironmentVariablesTest {
    private static final Map<String, String> SET =
            Map.of("HOST", "rpc.example.org", "KEY", "abc", "EMPTY", "", "NESTED", "${KEY}", "N", "7");
    private final EnvironmentVariables variables = new EnvironmentVariables(name -> Optional.ofNullable(SET.get(name)));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://${HOST}/v2/${KEY} | https://rpc.example.org/v2/abc",
                "${KEY} | abc",
                "a${EMPTY}b | ab",
                "${NESTED} | ${KEY}",
                "$KEY | $KEY",
                "$ | $",
                "$$ | $$",
                "$${KEY} | $abc",
                "}${KEY}} | }abc}",
                "plain | plain",
            })
    void fillsIn(String text, String expected) {
        assertThat(variables.substitute(Map.of("url", text)))
                .isEqualTo(new Outcome.Substituted(Map.of("url", expected)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${MISSING} | variable not found: MISSING",
                "x${KEY | key 'url': '${' without '}'",
                "${} | key 'url': '${}' names no variable",
                "${KEY}${ | key 'url': '${' without '}'",
            })
    void anythingElseMakesTheProviderUnusable(String text, String reason) {
        assertThat(variables.substitute(Map.of("url", text))).isEqualTo(new Outcome.Unusable(reason));
    }

    @Test
    void reachesEveryDepthButNoKeysNumbersKindAndNetwork() {
        Map<String, Object> values = Map.of(
                "kind", "${KEY}",
                "network", "${KEY}",
                "${KEY}", "x",
                "limit", 7L,
                "table", Map.of("list", List.of("${KEY}", 1L, Map.of("deep", "${N}"))));

        assertThat(variables.substitute(values))
                .isEqualTo(new Outcome.Substituted(Map.of(
                        "kind", "${KEY}",
                        "network", "${KEY}",
                        "${KEY}", "x",
                        "limit", 7L,
                        "table", Map.of("list", List.of("abc", 1L, Map.of("deep", "7"))))));
    }
}
