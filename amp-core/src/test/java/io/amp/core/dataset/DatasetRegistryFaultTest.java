package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.concurrent.SystemRandomness;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.testkit.metadata.InMemoryMetadataStore;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.FaultyObjectStore;
import io.amp.testkit.storage.FaultyObjectStore.Faults;
import io.amp.testkit.storage.InMemoryObjectStore;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A store that fails before and after doing what it was asked: registering again always ends in the same state. */
class DatasetRegistryFaultTest {
    private static final DatasetName ETH = new DatasetName("acme", "eth");
    private static final int ATTEMPTS_MAX = 200;

    @Test
    void repeatingAFailedRegistrationSucceeds() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var clock = new WallClock();
        var metadata = new InMemoryMetadataStore(clock, new SystemRandomness());
        var objects = new InMemoryObjectStore(clock);
        var faulty = new FaultyObjectStore(objects, clock, seed, new Faults(0.3, 0.3, 0, 0, Duration.ZERO));
        var registry = new DatasetRegistryService(metadata, faulty, DerivedChecks.UNSUPPORTED, clock);
        for (int release = 0; release < 30; release++) {
            var version = new SemanticVersion("1.0." + release);
            DatasetVersion registered = insistently(registry, release, version, seed);

            var reader = new DatasetRegistryService(metadata, objects, DerivedChecks.UNSUPPORTED, clock);
            assertThat(reader.load(registered.hash()).tables()).hasSize(3);
            assertThat(reader.describe(ETH).orElseThrow().latest())
                    .as("-Damp.seed=%d", seed)
                    .isEqualTo(registered.hash());
        }
        assertThat(faulty.injected()).isPositive();
        assertThat(objects.list("")).hasSize(30);
    }

    private static DatasetVersion insistently(
            DatasetRegistryService registry, int startBlock, SemanticVersion version, long seed) {
        String manifest = "{\"kind\":\"evm-rpc\",\"network\":\"mainnet\",\"start_block\":" + startBlock + "}";
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            try {
                return registry.register(ETH, manifest, version);
            } catch (AmpException e) {
                assertThat(Set.of(DatasetError.MANIFEST_STORAGE_ERROR))
                        .as("-Damp.seed=%d", seed)
                        .contains((DatasetError) e.code());
            }
        }
        throw new AssertionError("still failing after " + ATTEMPTS_MAX + " attempts, -Damp.seed=" + seed);
    }
}
