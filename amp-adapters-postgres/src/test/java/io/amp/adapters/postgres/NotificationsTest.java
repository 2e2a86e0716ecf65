package io.amp.adapters.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.postgres.Notifications.NodeAction;
import io.amp.ports.job.JobAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsTest {
    @Test
    void publishedPayloadsAreRead() {
        assertThat(Notifications.readChange("17")).contains(17L);
        assertThat(Notifications.readAction(
                        "{\"node_id\":\"worker-01\",\"payload\":{\"job_id\":42,\"action\":\"START\"}}",
                        "worker-01"::equals))
                .contains(new NodeAction("worker-01", new JobAction(42, JobAction.Kind.START)));
        assertThat(Notifications.readAction(
                        "{\"payload\":{\"action\":\"Stop\",\"job_id\":42,\"more\":1},\"node_id\":\"worker-01\"}",
                        "worker-01"::equals))
                .contains(new NodeAction("worker-01", new JobAction(42, JobAction.Kind.STOP)));
    }

    @Test
    void otherNodesPayloadsAreNotLookedAt() {
        assertThat(Notifications.readAction("{\"node_id\":\"worker-02\",\"payload\":\"?\"}", "worker-01"::equals))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "{",
                "[]",
                "{}",
                "null",
                "{\"node_id\":\"w\"}",
                "{\"node_id\":7,\"payload\":{\"job_id\":42,\"action\":\"START\"}}",
                "{\"node_id\":\"w\",\"payload\":{\"job_id\":\"42\",\"action\":\"START\"}}",
                "{\"node_id\":\"w\",\"payload\":{\"job_id\":42,\"action\":\"PAUSE\"}}",
                "{\"node_id\":\"w\",\"payload\":{\"job_id\":42}}"
            })
    void malformedPayloadsAreSkipped(String payload) {
        assertThat(Notifications.readAction(payload, node -> true)).isEmpty();
        if (!payload.equals("17")) {
            assertThat(Notifications.readChange(payload)).isEmpty();
        }
    }
}
