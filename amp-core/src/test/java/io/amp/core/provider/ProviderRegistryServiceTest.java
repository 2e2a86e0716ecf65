package io.amp.core.provider;

import static io.amp.core.provider.ProviderKeysTest.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderError;
import io.amp.testkit.provider.InMemoryProviderStore;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderRegistryServiceTest {
    private final InMemoryProviderStore files = new InMemoryProviderStore();
    private final ProviderRegistryService registry = new ProviderRegistryService(files, true);

    @Test
    void secretsAreShownMaskedAndKeptWhenSentBack() {
        registry.save(
                "eth-main",
                values(
                        "{'name':'eth-main','kind':'evm-rpc','network':'Mainnet','url':'http://h','auth_token':'s3cret'}"));

        Map<String, Object> shown = registry.find("eth-main").orElseThrow().values();
        assertThat(shown)
                .containsEntry("auth_token", "***")
                .containsEntry("network", "Mainnet")
                .doesNotContainKey("name");
        assertThat(registry.list())
                .singleElement()
                .satisfies(each -> assertThat(each.values()).isEqualTo(shown));

        registry.save("eth-main", shown);
        assertThat(files.find("eth-main").orElseThrow().values()).containsEntry("auth_token", "s3cret");
    }

    @Test
    void redactionCanBeSwitchedOff() {
        registry.save("p", values("{'kind':'evm-rpc','network':'x','url':'http://h','auth_token':'s3cret'}"));

        assertThat(new ProviderRegistryService(files, false)
                        .find("p")
                        .orElseThrow()
                        .values())
                .containsEntry("auth_token", "s3cret");
    }

    @Test
    void nestedConfigIsMergedWhenNothingOfTheKindStandsBesideIt() {
        registry.save(
                "p",
                values("{'name':'p','kind':'evm-rpc','network':'x','config':{'kind':'evm-rpc','url':'http://h'}}"));
        assertThat(files.find("p").orElseThrow().values())
                .isEqualTo(values("{'kind':'evm-rpc','network':'x','url':'http://h'}"));

        registry.save("q", values("{'kind':'evm-rpc','network':'x','url':'http://top','config':{'url':'http://h'}}"));
        assertThat(files.find("q").orElseThrow().values()).containsEntry("url", "http://top");
    }

    @Test
    void nullsAtAnyDepthAreRefused() {
        Map<String, Object> top = new HashMap<>(values("{'kind':'evm-rpc','network':'x','url':'http://h'}"));
        top.put("auth_token", null);

        assertThatThrownBy(() -> registry.save("p", top))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(ProviderError.DATA_CONVERSION_ERROR))
                .hasMessageContaining("auth_token");
        assertThatThrownBy(() -> registry.save("p", values("{'kind':'x','a':[{'b':null}]}")))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(ProviderError.DATA_CONVERSION_ERROR));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a/b", "A", "1a", "ä", "../x"})
    void badNamesAreRefused(String name) {
        assertThatThrownBy(() -> registry.find(name))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(ProviderError.INVALID_PROVIDER_NAME));
        assertThatThrownBy(() -> registry.save(name, values("{'kind':'evm-rpc','network':'x','url':'http://h'}")))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(ProviderError.INVALID_REQUEST_BODY));
    }

    @Test
    void badValuesAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> registry.save("p", values("{'kind':'evm-rpc','network':'x','url':'s3cret'}")))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(ProviderError.INVALID_REQUEST_BODY))
                .hasMessageContaining("key 'url'")
                .hasMessageNotContaining("s3cret");
        assertThat(files.list()).isEmpty();
    }

    @Test
    void deletingTwiceIsHarmless() {
        registry.save("p", values("{'kind':'evm-rpc','network':'x','url':'http://h'}"));

        assertThat(registry.delete("p")).isTrue();
        assertThat(registry.delete("p")).isFalse();
        assertThat(registry.find("p")).isEmpty();
    }
}
