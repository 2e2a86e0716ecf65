package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.dataset.SemanticVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionRequirementTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^0.1.0 | 0.1.0 0.1.9 | 0.2.0 0.0.9 1.0.0",
                "^0.0.3 | 0.0.3 | 0.0.4 0.1.0",
                "^0.0 | 0.0.0 0.0.9 | 0.1.0",
                "^0 | 0.0.1 0.9.9 | 1.0.0",
                "1.2.3 | 1.2.3 1.9.0 | 1.2.2 2.0.0",
                "1 | 1.0.0 1.9.9 | 2.0.0 0.9.0",
                "~1.2 | 1.2.0 1.2.9 | 1.3.0",
                "~1.2.3 | 1.2.3 1.2.9 | 1.2.2 1.3.0",
                "~1 | 1.0.0 1.9.0 | 2.0.0",
                ">=1, <2 | 1.0.0 1.9.9 | 0.9.0 2.0.0",
                ">1.2 | 1.3.0 2.0.0 | 1.2.0 1.2.9",
                "<=1.2 | 1.2.9 1.0.0 | 1.3.0",
                "1.* | 1.0.0 1.9.0 | 2.0.0",
                "* | 0.0.1 9.9.9 | 1.0.0-rc.1",
                "=1.2.3 | 1.2.3 1.2.3+b | 1.2.4",
                ">=1.0.0-rc.1 | 1.0.0-rc.2 1.0.0 1.1.0 | 1.0.0-alpha 1.1.0-rc.1",
                "^1 | 1.1.0 | 1.1.0-rc.1",
            })
    void acceptsAndRefuses(String text, String accepted, String refused) {
        VersionRequirement requirement = VersionRequirement.parse(text);

        assertThat(accepted.split(" ")).allMatch(version -> requirement.accepts(new SemanticVersion(version)));
        assertThat(refused.split(" ")).noneMatch(version -> requirement.accepts(new SemanticVersion(version)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1.2.3.4", ">=", "1,,2", "*.1"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> VersionRequirement.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
