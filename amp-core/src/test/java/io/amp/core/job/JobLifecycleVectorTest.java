package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.job.JobLifecycle.Actor;
import io.amp.ports.job.JobStatus;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table of jobs-and-storage, section 3.3. */
class JobLifecycleVectorTest {
    private static final Set<String> WORKER = Set.of(
            "SCHEDULED>RUNNING",
            "STOP_REQUESTED>STOPPING",
            "STOPPING>STOPPED",
            "STOP_REQUESTED>STOPPED",
            "RUNNING>COMPLETED",
            "STOP_REQUESTED>COMPLETED",
            "STOPPING>COMPLETED",
            "SCHEDULED>ERROR",
            "RUNNING>ERROR",
            "SCHEDULED>FATAL",
            "RUNNING>FATAL");
    private static final Set<String> CONTROLLER = Set.of(
            "SCHEDULED>STOP_REQUESTED",
            "RUNNING>STOP_REQUESTED",
            "ERROR>SCHEDULED",
            "STOPPED>SCHEDULED",
            "COMPLETED>SCHEDULED",
            "FATAL>SCHEDULED",
            "SCHEDULED>SCHEDULED",
            "RUNNING>SCHEDULED",
            "ERROR>STOPPED",
            "STOP_REQUESTED>STOPPED",
            "STOPPING>STOPPED",
            "ERROR>FATAL",
            "RUNNING>FATAL");

    @Test
    void allowsWhatTheTableListsAndNothingElse() {
        assertThat(allowed(Actor.WORKER)).isEqualTo(new TreeSet<>(WORKER));
        assertThat(allowed(Actor.CONTROLLER)).isEqualTo(new TreeSet<>(CONTROLLER));
    }

    private static Set<String> allowed(Actor actor) {
        Set<String> allowed = new TreeSet<>();
        for (JobStatus next : JobStatus.values()) {
            JobLifecycle.before(next, actor).forEach(from -> allowed.add(from + ">" + next));
        }
        return allowed;
    }
}
