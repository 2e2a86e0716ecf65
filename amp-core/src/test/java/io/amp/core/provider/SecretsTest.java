package io.amp.core.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @ParameterizedTest
    @CsvSource({
        "https://rpc.example.org/v2/0123456789abcdef, https://rpc.example.org/v2/***",
        "https://rpc.example.org/v2/0123456789abcde, https://rpc.example.org/v2/0123456789abcde",
        "https://rpc.example.org/v2/${A_VERY_LONG_VARIABLE}, https://rpc.example.org/v2/${A_VERY_LONG_VARIABLE}",
        "https://rpc.example.org/v2/x${A_VERY_LONG_VARIABLE}, https://rpc.example.org/v2/***",
        "https://user:pw@host:8545/, https://***@host:8545/",
        "https://${USER}:${PW}@host/, https://${USER}:${PW}@host/",
        "https://user:${PW}@host/, https://***@host/",
        "https://host/?key=abc&x=${Y}&empty=, https://host/?key=***&x=${Y}&empty=",
        "https://host/?abc, https://host/?***",
        "wss://host/ws/0123456789abcdef0123456789abcdef/tail, wss://host/ws/***/tail",
        "plain text, plain text",
        "http://localhost:8545, http://localhost:8545",
    })
    void urls(String url, String shown) {
        assertThat(Secrets.redacted(Map.of("url", url))).isEqualTo(Map.of("url", shown));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "password",
                "secret",
                "api_key",
                "authorization",
                "auth_token",
                "DB_PASSWORD",
                "x_secret",
                "My_API_KEY"
            })
    void secretKeysAreMaskedAtAnyDepth(String key) {
        assertThat(Secrets.redacted(Map.of("a", Map.of("b", List.of(Map.of(key, "s3cret", "other", "x"))), key, 12L)))
                .isEqualTo(Map.of("a", Map.of("b", List.of(Map.of(key, "***", "other", "x"))), key, "***"));
    }

    @Test
    void variablesOfSecretKeysAreShown() {
        assertThat(Secrets.redacted(Map.of("token", "${T}", "secret", "${A}${B}", "password", "x${P}")))
                .isEqualTo(Map.of("token", "${T}", "secret", "${A}${B}", "password", "***"));
    }

    @Test
    void headersNamesAndLimitsAreNoSecrets() {
        Map<String, Object> values = Map.of("auth_header", "x-api-key", "rate_limit_per_minute", 5L, "tokens", "a");

        assertThat(Secrets.redacted(values)).isEqualTo(values);
    }

    @Test
    void whatWasShownKeepsTheStoredValue() {
        Map<String, Object> stored = Map.of(
                "url",
                "https://u:p@host/0123456789abcdef",
                "auth_token",
                "s3cret",
                "rpc",
                Map.of("token", "deep", "url", "http://a"),
                "list",
                List.of("https://host/?k=v", "plain"));

        assertThat(Secrets.restored(Secrets.redacted(stored), stored)).isEqualTo(stored);
        assertThat(Secrets.restored(
                        Map.of("auth_token", "new", "rpc", Map.of("token", "***", "url", "http://b")), stored))
                .isEqualTo(Map.of("auth_token", "new", "rpc", Map.of("token", "deep", "url", "http://b")));
        assertThat(Secrets.restored(Map.of("other", "***"), stored)).isEqualTo(Map.of("other", "***"));
    }
}
