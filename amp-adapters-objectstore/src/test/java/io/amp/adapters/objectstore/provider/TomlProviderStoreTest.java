package io.amp.adapters.objectstore.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.adapters.objectstore.LocalObjectStore;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.provider.ProviderError;
import io.amp.ports.provider.ProviderStore;
import io.amp.testkit.provider.ProviderStoreContract;
import io.amp.testkit.runtime.ScriptedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TomlProviderStoreTest extends ProviderStoreContract {
    @TempDir
    Path directory;

    private final ScriptedClock clock = new ScriptedClock(wait -> {});

    @Override
    protected ProviderStore openEmpty() {
        return new TomlProviderStore(new LocalObjectStore(directory), clock);
    }

    @Test
    void fileIsReadInItsOrderWithTablesAndVariables() throws IOException {
        file("sol.toml", """
                # comment
                network = "mainnet"
                kind = "solana"
                max_rpc_calls_per_second = 50
                commitment = "finalized"

                [rpc_provider_info]
                url = "https://rpc.example.org/${KEY}"
                auth_token = "$${TOKEN}"

                [fallback_rpc_provider_info]
                url = "https://other"
                """);

        ProviderConfig provider = providers.find("sol").orElseThrow();

        assertThat(provider.kind()).isEqualTo("solana");
        assertThat(provider.network()).isEqualTo(new NetworkId("mainnet"));
        assertThat(provider.values().toString())
                .isEqualTo("{network=mainnet, kind=solana, max_rpc_calls_per_second=50, commitment=finalized,"
                        + " rpc_provider_info={url=https://rpc.example.org/${KEY}, auth_token=$${TOKEN}},"
                        + " fallback_rpc_provider_info={url=https://other}}");
    }

    @Test
    void unusableFilesAreSkippedAndTheRestLoads() throws IOException {
        file("good.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        file("named.toml", "name = \"other\"\nkind = \"evm-rpc\"\nnetwork = \"base\"\n");
        file("broken.toml", "kind = \"evm-rpc\nauth_token = hush");
        file("Bad.Name.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        file("nokind.toml", "network = \"mainnet\"\n");
        file("emptykind.toml", "kind = \"\"\nnetwork = \"mainnet\"\n");
        file("numberkind.toml", "kind = 7\nnetwork = \"mainnet\"\n");
        file("unknown.toml", "kind = \"carrier-pigeon\"\nnetwork = \"mainnet\"\n");
        file("nonetwork.toml", "kind = \"evm-rpc\"\n");
        file("empty.toml", "");
        file("notes.txt", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        Files.createDirectories(directory.resolve("sub"));
        file("sub/deep.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");

        assertThat(providers.list()).extracting(ProviderConfig::name).containsExactly("good", "named");
        assertThat(providers.find("broken")).isEmpty();
        assertThat(providers.find("sub/deep")).isEmpty();
    }

    @Test
    void parseErrorsHoldNoContent() {
        assertThatThrownBy(() -> TomlText.parse("kind = \"evm-rpc\"\nauth_token = hush\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("hush");
    }

    @Test
    void changesFromOutsideAreSeenAfterHalfAMinute() throws IOException {
        file("node.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        assertThat(providers.list()).hasSize(1);

        file("node.toml", "kind = \"evm-rpc\"\nnetwork = \"base-sepolia\"\n");
        file("second.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        clock.advance(Duration.ofSeconds(29));
        assertThat(providers.list()).extracting(p -> p.network().value()).containsExactly("mainnet");

        clock.advance(Duration.ofSeconds(1));
        assertThat(providers.list()).extracting(p -> p.network().value()).containsExactly("base-sepolia", "mainnet");

        Files.delete(directory.resolve("node.toml"));
        clock.advance(Duration.ofSeconds(30));
        assertThat(providers.list()).extracting(ProviderConfig::name).containsExactly("second");
    }

    @Test
    void aMissLooksAgainAtOnce() throws IOException {
        assertThat(providers.find("node")).isEmpty();
        assertThat(providers.findAll("evm-rpc", new NetworkId("mainnet"))).isEmpty();

        file("node.toml", "kind = \"evm-rpc\"\nnetwork = \"mainnet\"\n");
        assertThat(providers.find("node")).isPresent();

        file("late.toml", "kind = \"firehose\"\nnetwork = \"mainnet\"\n");
        assertThat(providers.findAll("firehose", new NetworkId("mainnet"))).hasSize(1);
    }

    @Test
    void namesThatAreNoFileNamesAreRefused() {
        for (String name : List.of("", "Upper", "a.b", "../x", "1st", "a/b")) {
            refused(ProviderError.INVALID_PROVIDER_NAME, () -> providers.delete(name));
            refused(
                    ProviderError.INVALID_PROVIDER_NAME,
                    () -> providers.save(provider(name, "evm-rpc", "mainnet", Map.of()), false));
            assertThat(providers.find(name)).isEmpty();
        }
    }

    @Test
    void valuesThatTomlLacksAreRefused() {
        Map<String, Object> inner = new HashMap<>();
        inner.put("x", null);
        for (Object value : Arrays.asList(
                inner,
                Collections.singletonList(null),
                new java.math.BigInteger("9223372036854775808"),
                "half \uD800 pair")) {
            refused(
                    ProviderError.DATA_CONVERSION_ERROR,
                    () -> providers.save(provider("node", "evm-rpc", "mainnet", Map.of("key", value)), false));
        }
        assertThat(directory).isEmptyDirectory();
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static void refused(ProviderError code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
