package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /providers} (Admin API specification, section 12; vector 36). */
@Timeout(60)
class ProviderRoutesTest {
    private final AdminApi api = new AdminApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void aProviderIsShownFlatAndNestedWithoutItsSecrets() {
        api.post(
                        "/providers",
                        "{\"name\":\"node\",\"kind\":\"firehose\",\"network\":\"mainnet\",\"url\":\"https://node.example\","
                                + "\"token\":\"s3cret\",\"unknown_key\":1}")
                .isEmpty(201);
        JsonNode found = api.get("/providers/node").ok();
        assertThat(found.get("name").asText()).isEqualTo("node");
        assertThat(found.get("kind").asText()).isEqualTo("firehose");
        assertThat(found.get("network").asText()).isEqualTo("mainnet");
        assertThat(found.get("token").asText()).isEqualTo("***");
        assertThat(found.at("/config/token").asText()).isEqualTo("***");
        assertThat(found.at("/config/kind").asText()).isEqualTo("firehose");
        assertThat(found.at("/config/name").isMissingNode()).isTrue();
        assertThat(api.get("/providers").ok().at("/providers/0")).isEqualTo(found);
        assertThat(api.get("/providers").text()).doesNotContain("s3cret");
    }

    @Test
    void aLiteralSecretIsRedactedAndKeptWhenSentBack() {
        api.providers.with("p", "firehose", "mainnet", java.util.Map.of("auth_token", "s3cret"));
        JsonNode found = api.get("/providers/p").ok();
        assertThat(found.get("auth_token").asText()).isEqualTo("***");
        assertThat(found.at("/config/auth_token").asText()).isEqualTo("***");
        api.post("/providers", found.toString()).isEmpty(201);
        assertThat(api.providers.find("p").orElseThrow().values()).containsEntry("auth_token", "s3cret");
    }

    @Test
    void placeholdersAreShownAsWritten() {
        api.post("/providers", "{\"name\":\"p\",\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"url\":\"${NODE_URL}\"}")
                .isEmpty(201);
        assertThat(api.get("/providers/p").ok().get("url").asText()).isEqualTo("${NODE_URL}");
    }

    @Test
    void keysMayComeInAConfigObject() {
        api.post(
                        "/providers",
                        "{\"name\":\"p\",\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"config\":{\"url\":\"https://node.example\"}}")
                .isEmpty(201);
        assertThat(api.get("/providers/p").ok().get("url").asText()).isEqualTo("https://node.example");
    }

    @Test
    void theListIsSortedAndAnOldOneIsReplaced() {
        for (String name : List.of("b", "a-x", "_c")) {
            api.post(
                            "/providers",
                            "{\"name\":\"" + name
                                    + "\",\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"url\":\"http://1\"}")
                    .isEmpty(201);
        }
        api.post("/providers", "{\"name\":\"b\",\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"url\":\"http://2\"}")
                .isEmpty(201);
        JsonNode list = api.get("/providers").ok().get("providers");
        assertThat(list.findValuesAsText("name")).containsExactly("_c", "a-x", "b");
        assertThat(list.get(2).get("url").asText()).isEqualTo("http://2");
        api.delete("/providers/b").isEmpty(204);
        api.delete("/providers/b").isEmpty(204);
        api.get("/providers/b").isError(404, "PROVIDER_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\":\"evm-rpc\"}|INVALID_REQUEST_BODY",
                "{\"name\":\"p\"}|INVALID_REQUEST_BODY",
                "{\"name\":7,\"kind\":\"evm-rpc\"}|INVALID_REQUEST_BODY",
                "{\"name\":\"../p\",\"kind\":\"evm-rpc\",\"network\":\"m\",\"url\":\"http://1\"}|INVALID_REQUEST_BODY",
                "{\"name\":\"P\",\"kind\":\"evm-rpc\",\"network\":\"m\",\"url\":\"http://1\"}|INVALID_REQUEST_BODY",
                "{\"name\":\"p\",\"kind\":\"ledger\",\"network\":\"m\"}|INVALID_REQUEST_BODY",
                "{\"name\":\"p\",\"kind\":\"evm-rpc\",\"network\":\"m\",\"url\":7}|INVALID_REQUEST_BODY",
                "{\"name\":\"p\",\"kind\":\"evm-rpc\",\"network\":\"m\",\"url\":null}|DATA_CONVERSION_ERROR",
                "[]|INVALID_REQUEST_BODY"
            })
    void badProvidersAreRefused(String body, String code) {
        api.post("/providers", body).isError(400, code);
        assertThat(api.get("/providers").ok().get("providers")).isEmpty();
    }

    @Test
    void badNamesAreInvalid() {
        api.get("/providers/A").isError(400, "INVALID_PROVIDER_NAME");
        api.delete("/providers/a.b").isError(400, "INVALID_PROVIDER_NAME");
        api.get("/providers/none").isError(404, "PROVIDER_NOT_FOUND");
    }
}
