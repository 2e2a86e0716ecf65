package io.amp.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.NetworkId;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ProviderStore} does. */
public abstract class ProviderStoreContract {
    protected ProviderStore providers;

    /** A store without files. */
    protected abstract ProviderStore openEmpty();

    @BeforeEach
    void open() {
        providers = openEmpty();
    }

    @Test
    void savedProvidersAreFoundAndListedByName() {
        ProviderConfig second = provider("b_node", "evm-rpc", "mainnet", Map.of("url", "http://b"));
        ProviderConfig first = provider("a-node", "firehose", "base", Map.of("url", "http://a"));

        assertThat(providers.save(second, false)).isTrue();
        assertThat(providers.save(first, true)).isTrue();

        assertThat(providers.list()).containsExactly(first, second);
        assertThat(providers.find("b_node")).contains(second);
        assertThat(providers.find("c")).isEmpty();
    }

    @Test
    void everyValueSurvivesInItsOrderAndSpelling() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("z_last_first", "text");
        values.put("URL", "https://${HOST}/v2/${KEY}?a=b#c");
        values.put("dotted.key with space", "\"quoted\" \\ back\tslash\nline ü 🦀 \u0001");
        values.put("count", 9_007_199_254_740_993L);
        values.put("negative", -1L);
        values.put("ratio", 0.1);
        values.put("big", 1e300);
        values.put("on", true);
        values.put("list", List.of("a", "b"));
        values.put("empty_list", List.of());
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("url", "http://inner");
        inner.put("auth_token", "${TOKEN}");
        values.put("rpc_provider_info", inner);
        values.put("tables", List.of(inner, Map.of("x", 1L)));
        ProviderConfig saved = provider("full", "solana", "mainnet", values);

        providers.save(saved, false);

        ProviderConfig found = providers.find("full").orElseThrow();
        assertThat(found).isEqualTo(saved);
        assertThat(found.values().keySet())
                .containsExactlyElementsOf(saved.values().keySet());
        assertThat(String.valueOf(found.values().get("rpc_provider_info")))
                .isEqualTo("{url=http://inner, auth_token=${TOKEN}}");
    }

    @Test
    void saveReplacesUnlessToldToCreate() {
        ProviderConfig old = provider("node", "evm-rpc", "mainnet", Map.of("url", "http://old"));
        ProviderConfig next = provider("node", "evm-rpc", "base", Map.of("url", "http://new"));
        providers.save(old, false);

        assertThat(providers.save(next, true)).isFalse();
        assertThat(providers.find("node")).contains(old);
        assertThat(providers.save(next, false)).isTrue();
        assertThat(providers.find("node")).contains(next);
        assertThat(providers.list()).containsExactly(next);
    }

    @Test
    void deletedProvidersAreGone() {
        providers.save(provider("node", "evm-rpc", "mainnet", Map.of("url", "http://x")), false);

        assertThat(providers.delete("node")).isTrue();
        assertThat(providers.delete("node")).isFalse();
        assertThat(providers.find("node")).isEmpty();
        assertThat(providers.list()).isEmpty();
    }

    @Test
    void providersAreFoundByKindAndNetwork() {
        ProviderConfig one = provider("one", "evm-rpc", "mainnet", Map.of("url", "http://1"));
        ProviderConfig two = provider("two", "evm-rpc", "MainNet", Map.of("url", "http://2"));
        providers.save(one, false);
        providers.save(two, false);
        providers.save(provider("three", "evm-rpc", "base", Map.of("url", "http://3")), false);
        providers.save(provider("four", "firehose", "mainnet", Map.of("url", "http://4")), false);

        assertThat(providers.findAll("evm-rpc", new NetworkId("mainnet")))
                .extracting(ProviderConfig::name)
                .containsExactly("one", "two");
        assertThat(providers.findAll("solana", new NetworkId("mainnet"))).isEmpty();
    }

    @Test
    void textFormHidesSecrets() {
        ProviderConfig provider = provider("node", "evm-rpc", "mainnet", Map.of("auth_token", "hush"));
        providers.save(provider, false);

        assertThat(providers.find("node").orElseThrow().toString()).doesNotContain("hush");
    }

    protected static ProviderConfig provider(String name, String kind, String network, Map<String, Object> more) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("kind", kind);
        values.put("network", network);
        values.putAll(more);
        return new ProviderConfig(name, kind, new NetworkId(network), values);
    }
}
