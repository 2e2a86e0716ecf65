package io.amp.core.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.core.dataset.ManifestGenerator;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainConnector;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.runtime.Signal;
import io.amp.testkit.provider.InMemoryProviderStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainSourcesTest {
    private static final RawManifest DATASET = (RawManifest)
            ManifestGenerator.generate("evm-rpc", "mainnet", 0, false).manifest();

    private final InMemoryProviderStore files = new InMemoryProviderStore();
    private final ManualClock clock = new ManualClock();
    private final Nodes nodes = new Nodes();
    private final ChainSources sources = new ChainSources(
            files,
            List.of(nodes),
            new EnvironmentVariables(
                    name -> Optional.ofNullable(Map.of("SET", "value").get(name))),
            new SeededRandomness(7),
            clock);

    @Test
    void providersOfOtherKindsAndNetworksAreNotConsidered() throws Exception {
        files.with("a", "firehose", "mainnet", Map.of())
                .with("b", "evm-rpc", "base", Map.of())
                .with("c", "evm-rpc", "MAINNET", Map.of());

        assertThat(sources.open(DATASET).providerName()).isEqualTo("c");
    }

    @Test
    void noProviderIsFatalAndNamesKindAndNetwork() {
        assertThatThrownBy(() -> sources.open(DATASET))
                .isInstanceOfSatisfying(AmpException.class, e -> {
                    assertThat(e.code()).isEqualTo(SourceError.NO_PROVIDER);
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessage("no provider found for kind 'evm-rpc' and network 'mainnet'");
    }

    @Test
    void kindWithoutConnectorIsRefused() {
        var firehose = (RawManifest)
                ManifestGenerator.generate("firehose", "mainnet", 0, false).manifest();

        assertThatThrownBy(() -> sources.open(firehose))
                .hasMessage("kind 'firehose' cannot be extracted by this build");
    }

    @Test
    void missingVariableSkipsToTheNextCandidate() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("auth_token", "${UNSET}", "priority", -1L))
                .with("b", "evm-rpc", "mainnet", Map.of("auth_token", "x-${SET}", "timeout_secs", "12"));

        assertThat(sources.open(DATASET).providerName()).isEqualTo("b");
        assertThat(nodes.configs.getLast().values())
                .containsEntry("auth_token", "x-value")
                .containsEntry("timeout_secs", 12L);
    }

    @Test
    void unusableConfigurationsAreNotRetryable() {
        files.with("a", "evm-rpc", "mainnet", Map.of("auth_token", "${UNSET}"))
                .with("b", "evm-rpc", "mainnet", Map.of("url", "gopher://s3cret"));

        assertThatThrownBy(() -> sources.open(DATASET))
                .isInstanceOfSatisfying(AmpException.class, e -> {
                    assertThat(e.code()).isEqualTo(SourceError.INVALID_PROVIDER);
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessageContaining("'a': variable not found: UNSET")
                .hasMessageContaining("'b': key 'url' has unsupported URL scheme 'gopher'")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void allUnreachableIsRetryableAndNamesEach() {
        files.with("a", "evm-rpc", "mainnet", Map.of()).with("b", "evm-rpc", "mainnet", Map.of());
        nodes.down.addAll(List.of("a", "b"));

        assertThatThrownBy(() -> sources.open(DATASET))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.retryable()).isTrue())
                .hasMessageContaining("'a': connection refused")
                .hasMessageContaining("'b': connection refused");
    }

    @Test
    void lowerPriorityGoesFirstAndEqualOnesAreShuffled() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", 1L))
                .with("b", "evm-rpc", "mainnet", Map.of())
                .with("c", "evm-rpc", "mainnet", Map.of())
                .with("d", "evm-rpc", "mainnet", Map.of("priority", "-3"));
        assertThat(sources.open(DATASET).providerName()).isEqualTo("d");

        files.delete("d");
        Set<String> seen = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            seen.add(sources.open(DATASET).providerName());
        }
        assertThat(seen).containsExactly("b", "c");
    }

    @Test
    void anUnreachableProviderIsAvoidedForAMinuteThenTwo() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", -1L)).with("b", "evm-rpc", "mainnet", Map.of());
        nodes.down.add("a");
        assertThat(sources.open(DATASET).providerName()).isEqualTo("b");
        int attempts = nodes.configs.size();

        clock.advance(Duration.ofSeconds(59));
        sources.open(DATASET);
        assertThat(nodes.configs).hasSize(attempts + 1);

        clock.advance(Duration.ofSeconds(2));
        sources.open(DATASET);
        assertThat(nodes.configs).hasSize(attempts + 3);

        clock.advance(Duration.ofSeconds(119));
        sources.open(DATASET);
        assertThat(nodes.configs).hasSize(attempts + 4);

        nodes.down.clear();
        clock.advance(Duration.ofSeconds(2));
        assertThat(sources.open(DATASET).providerName()).isEqualTo("a");
    }

    @Test
    void fiveFailuresInARowMoveToAnotherProvider() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", -1L)).with("b", "evm-rpc", "mainnet", Map.of());
        try (ChainSource source = sources.open(DATASET)) {
            nodes.failing.add("a");
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(() -> source.latestBlock(false)).isInstanceOf(AmpException.class);
            }
            assertThat(source.providerName()).isEqualTo("a");
            assertThatThrownBy(() -> source.header(1)).isInstanceOf(AmpException.class);

            assertThat(source.providerName()).isEqualTo("b");
            assertThat(source.latestBlock(false)).hasValue(100);
            assertThat(nodes.open).containsExactly("b");
        }
        assertThat(nodes.open).isEmpty();
    }

    @Test
    void aSuccessInBetweenStartsCountingAgain() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", -1L)).with("b", "evm-rpc", "mainnet", Map.of());
        ChainSource source = sources.open(DATASET);
        for (int i = 0; i < 8; i++) {
            nodes.failing.add("a");
            assertThatThrownBy(() -> source.latestBlock(false)).isInstanceOf(AmpException.class);
            if (i % 4 == 3) {
                nodes.failing.clear();
                source.latestBlock(false);
            }
        }
        assertThat(source.providerName()).isEqualTo("a");
    }

    @Test
    void aMinuteWithoutSuccessMovesOn() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", -1L)).with("b", "evm-rpc", "mainnet", Map.of());
        ChainSource source = sources.open(DATASET);
        nodes.failing.add("a");
        clock.advance(Duration.ofSeconds(61));

        assertThatThrownBy(() -> source.latestBlock(false)).isInstanceOf(AmpException.class);
        assertThat(source.providerName()).isEqualTo("b");
    }

    @Test
    void aLeftSourceClosesWithItsLastStream() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of("priority", -1L)).with("b", "evm-rpc", "mainnet", Map.of());
        ChainSource source = sources.open(DATASET);
        BlockStream stream = source.stream(BlockInterval.of(0, 9));
        nodes.failing.add("a");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(stream::next).isInstanceOf(AmpException.class);
        }
        assertThat(source.providerName()).isEqualTo("b");
        assertThat(nodes.open).containsExactlyInAnyOrder("a", "b");

        stream.close();
        stream.close();
        assertThat(nodes.open).containsExactly("b");
        source.close();
        assertThat(nodes.open).isEmpty();
    }

    @Test
    void withoutAnotherProviderTheFailingOneStays() throws Exception {
        files.with("a", "evm-rpc", "mainnet", Map.of());
        ChainSource source = sources.open(DATASET);
        nodes.failing.add("a");
        for (int i = 0; i < 7; i++) {
            assertThatThrownBy(() -> source.latestBlock(false)).isInstanceOf(AmpException.class);
        }
        nodes.failing.clear();

        assertThat(source.latestBlock(false)).hasValue(100);
        assertThat(nodes.open).containsExactly("a");
    }

    /** Nodes that are up, down (refuse connections) or failing (connected, but every call fails). */
    private static final class Nodes implements ChainConnector {
        private final Set<String> down = new HashSet<>();
        private final Set<String> failing = new HashSet<>();
        private final List<String> open = new ArrayList<>();
        private final List<ProviderConfig> configs = new ArrayList<>();

        @Override
        public String kind() {
            return "evm-rpc";
        }

        @Override
        public ChainSource connect(ProviderConfig provider, RawManifest dataset) {
            configs.add(provider);
            if (down.contains(provider.name())) {
                throw new AmpException(SourceError.UNREACHABLE, "connection refused");
            }
            open.add(provider.name());
            return new Node(provider.name());
        }

        private final class Node implements ChainSource {
            private final String name;

            Node(String name) {
                this.name = name;
            }

            private void answer() {
                if (failing.contains(name)) {
                    throw new AmpException(SourceError.UNREACHABLE, "status 503");
                }
            }

            @Override
            public String providerName() {
                return name;
            }

            @Override
            public BlockStream stream(BlockInterval numbers) {
                return new BlockStream() {
                    @Override
                    public @Nullable BlockRows next() {
                        answer();
                        return null;
                    }

                    @Override
                    public void close() {}
                };
            }

            @Override
            public OptionalLong latestBlock(boolean finalizedOnly) {
                answer();
                return OptionalLong.of(100);
            }

            @Override
            public Optional<BlockLink> header(long number) {
                answer();
                return Optional.empty();
            }

            @Override
            public void awaitHead(Duration atMost) {}

            @Override
            public void close() {
                assertThat(open.remove(name)).isTrue();
            }
        }
    }

    private static final class ManualClock implements Clock {
        private long nanos = 1;

        void advance(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) {
            advance(duration);
        }

        @Override
        public Signal newSignal() {
            throw new UnsupportedOperationException("nothing here waits");
        }
    }

    private record SeededRandomness(Random random) implements Randomness {
        SeededRandomness(long seed) {
            this(new Random(seed));
        }

        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public double nextDouble() {
            return random.nextDouble();
        }

        @Override
        public UUID newUuidV7(Clock clock) {
            return new UUID(random.nextLong(), random.nextLong());
        }
    }
}
