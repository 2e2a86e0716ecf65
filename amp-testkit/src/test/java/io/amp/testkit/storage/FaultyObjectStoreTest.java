package io.amp.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.FaultyObjectStore.Faults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without faults the wrapper is the store itself; with them it fails as told. */
class FaultyObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
        return faulty(new InMemoryObjectStore(new WallClock()), 1, Faults.NONE);
    }

    @Test
    void failureBeforeTheEffectHasNone() {
        InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
        ObjectStore faulty = faulty(objects, 1, new Faults(1, 0, 0, 0, Duration.ZERO));

        assertThatThrownBy(() -> faulty.put("a", new byte[1])).isInstanceOf(AmpException.class);
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void failureAfterTheEffectHasIt() {
        InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
        ObjectStore faulty = faulty(objects, 1, new Faults(0, 1, 0, 0, Duration.ZERO));

        assertThatThrownBy(() -> faulty.put("a", new byte[1])).isInstanceOf(AmpException.class);
        assertThat(objects.list("")).hasSize(1);
    }

    @Test
    void partialFailuresBreakUploadsAndBulkDeletes() {
        InMemoryObjectStore objects = new InMemoryObjectStore(new WallClock());
        objects.put("a", new byte[1]);
        ObjectStore faulty = faulty(objects, 1, new Faults(0, 0, 0, 1, Duration.ZERO));

        try (ObjectUpload upload = faulty.upload("b")) {
            assertThatThrownBy(() -> upload.stream().write(new byte[10])).isInstanceOf(IOException.class);
        }
        assertThat(faulty.deleteAll(List.of("a"))).containsOnlyKeys("a");
        assertThat(objects.list("")).hasSize(1);
    }

    @Test
    void aSeedAlwaysGivesTheSameFaults() {
        assertThat(outcomes(5)).isEqualTo(outcomes(5)).contains(true, false);
        assertThat(outcomes(5)).isNotEqualTo(outcomes(6));
    }

    private static List<Boolean> outcomes(long seed) {
        ObjectStore faulty =
                faulty(new InMemoryObjectStore(new WallClock()), seed, new Faults(0.2, 0.2, 0, 0, Duration.ZERO));
        List<Boolean> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try {
                faulty.put("a", new byte[1]);
                outcomes.add(true);
            } catch (AmpException e) {
                outcomes.add(false);
            }
        }
        return outcomes;
    }

    private static FaultyObjectStore faulty(ObjectStore store, long seed, Faults faults) {
        return new FaultyObjectStore(store, new WallClock(), seed, faults);
    }
}
