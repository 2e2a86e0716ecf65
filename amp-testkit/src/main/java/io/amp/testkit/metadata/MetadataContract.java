package io.amp.testkit.metadata;

import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.metadata.MetadataStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the suites of the metadata stores share: a fresh database, one store connected to it, workers that are closed afterwards. */
abstract class MetadataContract {
    /** Failover acts at once, so that no suite waits for it. */
    static final JobTimings TIMINGS = JobTimings.DEFAULT.withDatabaseSeen(Duration.ZERO);

    static final Duration SOON = Duration.ofSeconds(10);

    MetadataBackend backend;
    MetadataStore store;
    private final List<AutoCloseable> opened = new ArrayList<>();

    protected abstract MetadataBackend newBackend(JobTimings timings) throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        backend = newBackend(TIMINGS);
        store = connect();
    }

    @AfterEach
    void closeStore() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
        backend.close();
    }

    MetadataStore connect() {
        return closing(backend.connect());
    }

    <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    WorkerSession startWorker(String nodeId) throws InterruptedException {
        return closing(store.workers().start(nodeId, Map.of("version", "0.1.0"), Duration.ZERO));
    }

    /** Schedules a job of a dataset on whatever worker is there. */
    Job scheduled(String dataset) {
        return store.jobs()
                .schedule("key of " + dataset, MetadataFixtures.version(dataset, 'a'), descriptor(dataset), null);
    }

    Job running(String dataset) {
        Job job = scheduled(dataset);
        return applied(store.jobs().transition(job.assignment(), Set.of(JobStatus.SCHEDULED), JobStatus.RUNNING, null));
    }

    static Job applied(JobStore.Transition transition) {
        return switch (transition) {
            case JobStore.Transition.Applied applied -> applied.job();
            case JobStore.Transition.Conflict conflict -> throw new AssertionError("not applied: " + conflict);
            case JobStore.Transition.Fenced fenced -> throw new AssertionError("not applied: " + fenced);
        };
    }

    static String descriptor(String dataset) {
        return "{\"kind\":\"materialize-raw\",\"end_block\":null,\"max_writers\":1,\"dataset_name\":\"" + dataset
                + "\"}";
    }
}
