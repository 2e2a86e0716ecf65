package io.amp.testkit.metadata;

import static io.amp.testkit.metadata.MetadataFixtures.table;
import static io.amp.testkit.metadata.MetadataFixtures.version;
import static io.amp.testkit.metadata.MetadataFixtures.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobEvent;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobStore.Transition;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.storage.TableRevision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scheduling, transitions, retries and failover (jobs-and-storage specification, sections 3.2 to 3.8). */
public abstract class JobStoreContract extends MetadataContract {
    private static final Set<JobStatus> STARTABLE = Set.of(JobStatus.SCHEDULED, JobStatus.RUNNING);
    private static final ErrorDetail FAILURE = new ErrorDetail(
            "PARTITION_TASK",
            "partition task failed",
            Map.of("stack_trace", List.of("outer", "root"), "attempt_index", 2L, "dataset", "_/eth"));

    private JobStore jobs;

    @BeforeEach
    void useJobs() {
        jobs = store.jobs();
    }

    private Job schedule(String dataset, @Nullable String selector) {
        return jobs.schedule("key of " + dataset, version(dataset, 'a'), descriptor(dataset), selector);
    }

    private Job move(Job job, JobStatus next) {
        return applied(jobs.transition(job.assignment(), Set.of(job.status()), next, null));
    }

    private Job fail(Job job, JobStatus next) {
        return applied(jobs.transition(job.assignment(), STARTABLE, next, FAILURE));
    }

    private List<String> eventTypes(Job job) {
        return jobs.events(job.id()).stream().map(JobEvent::eventType).toList();
    }

    private Job reread(Job job) {
        return jobs.find(job.id()).orElseThrow();
    }

    private static void assertFails(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        AmpException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    // Scheduling

    @Test
    void firstDeployCreatesAScheduledJob() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);

        assertThat(job.id()).isPositive();
        assertThat(job.nodeId()).isEqualTo("worker-01");
        assertThat(job.status()).isEqualTo(JobStatus.SCHEDULED);
        assertThat(job.epoch()).isPositive();
        assertThat(job.attempts()).isEqualTo(1);
        assertThat(job.error()).isNull();
        assertThat(job.descriptorJson()).isEqualTo(descriptor("eth"));
        assertThat(jobs.find(job.id())).contains(job);
        assertThat(jobs.findByKey("key of eth")).contains(job);
        assertThat(jobs.events(job.id())).singleElement().satisfies(event -> {
            assertThat(event.jobId()).isEqualTo(job.id());
            assertThat(event.nodeId()).isEqualTo("worker-01");
            assertThat(event.eventType()).isEqualTo("SCHEDULED");
            assertThat(event.detailJson()).isEqualTo(descriptor("eth"));
        });
    }

    @Test
    void repeatedDeployReturnsTheActiveJobEvenWithoutWorkers() throws Exception {
        WorkerSession worker = startWorker("worker-01");
        Job job = schedule("eth", null);
        worker.close();
        backend.advance(Duration.ofMinutes(1));

        String reformatted =
                "{ \"dataset_name\" : \"eth\", \"max_writers\": 1, \"end_block\":null, \"kind\":\"materialize-raw\"}";
        Job again = jobs.schedule("key of eth", version("eth", 'a'), reformatted, "elsewhere");
        assertThat(again.id()).isEqualTo(job.id());
        assertThat(eventTypes(job)).containsExactly("SCHEDULED");
    }

    @Test
    void deployWithOtherOptionsConflictsWithAnActiveJob() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);
        String other = descriptor("eth").replace("null", "\"latest\"");

        assertFails(
                JobError.ACTIVE_JOB_CONFLICT,
                "job " + job.id(),
                () -> jobs.schedule("key of eth", version("eth", 'a'), other, null));
        jobs.requestStop(job.id());
        assertFails(JobError.ACTIVE_JOB_CONFLICT, "stopping", () -> schedule("eth", null));
        assertThat(eventTypes(job)).containsExactly("SCHEDULED", "STOP_REQUESTED");
    }

    @Test
    void endedJobIsScheduledAgainUnderItsId() throws Exception {
        startWorker("worker-01");
        Job ended = move(move(schedule("eth", null), JobStatus.RUNNING), JobStatus.COMPLETED);
        startWorker("worker-02");
        String other = descriptor("eth").replace("null", "\"latest\"");
        Job again = jobs.schedule("key of eth", version("eth", 'a'), other, "worker-02");

        assertThat(again.id()).isEqualTo(ended.id());
        assertThat(again.nodeId()).isEqualTo("worker-02");
        assertThat(again.epoch()).isGreaterThan(ended.epoch());
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.descriptorJson()).isEqualTo(other);
        assertThat(again.createdAt()).isEqualTo(ended.createdAt());
        assertThat(eventTypes(ended)).containsExactly("SCHEDULED", "RUNNING", "COMPLETED", "SCHEDULED");
        assertThat(jobs.events(ended.id()).get(3).nodeId()).isEqualTo("worker-02");
    }

    @Test
    void withoutEligibleWorkerNothingIsScheduled() throws Exception {
        assertFails(JobError.SCHEDULER_ERROR, "no workers available", () -> schedule("eth", null));
        assertFails(JobError.SCHEDULER_ERROR, "no workers available", () -> schedule("eth", "*"));
        assertFails(JobError.WORKER_NOT_AVAILABLE, "ghost", () -> schedule("eth", "ghost"));
        startWorker("worker-eth-1");
        assertFails(JobError.WORKER_NOT_AVAILABLE, "worker-eth", () -> schedule("eth", "worker-eth"));
        assertFails(
                JobError.WORKER_NOT_AVAILABLE, "no active workers match pattern 'eu-*'", () -> schedule("eth", "eu-*"));
        assertThat(jobs.findByKey("key of eth")).isEmpty();
        assertThat(schedule("eth", "worker-eth-*").nodeId()).isEqualTo("worker-eth-1");
    }

    /** In a LIKE pattern an underscore or percent sign would match anything. */
    @Test
    void globsMatchByPrefixOnly() throws Exception {
        startWorker("a.b");
        startWorker("aXb");

        assertFails(JobError.WORKER_NOT_AVAILABLE, "a_", () -> schedule("eth", "a_*"));
        assertFails(JobError.WORKER_NOT_AVAILABLE, "%", () -> schedule("eth", "%*"));
        assertThat(schedule("eth", "a.*").nodeId()).isEqualTo("a.b");
    }

    @Test
    void silentAndDrainingWorkersGetNoJobs() throws Exception {
        startWorker("silent");
        backend.advance(Duration.ofSeconds(6));
        startWorker("draining").drain();
        assertFails(JobError.SCHEDULER_ERROR, "no workers available", () -> schedule("eth", null));
        assertFails(JobError.WORKER_NOT_AVAILABLE, "silent", () -> schedule("eth", "silent"));
        assertFails(JobError.WORKER_NOT_AVAILABLE, "draining", () -> schedule("eth", "draining"));
        startWorker("fresh");
        assertThat(schedule("eth", null).nodeId()).isEqualTo("fresh");
    }

    @Test
    void jobsGoToTheWorkerWithTheFewest() throws Exception {
        startWorker("worker-01");
        startWorker("worker-02");
        startWorker("worker-03");
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            first.add(schedule("first" + i, null).nodeId());
        }
        assertThat(first).hasSize(3);
        Job onSecond = schedule("pinned", "worker-02");
        Set<String> next = Set.of(
                schedule("fourth", null).nodeId(), schedule("fifth", null).nodeId());
        assertThat(next).containsExactlyInAnyOrder("worker-01", "worker-03");

        move(move(onSecond, JobStatus.RUNNING), JobStatus.COMPLETED);
        assertThat(schedule("sixth", null).nodeId()).isEqualTo("worker-02");
    }

    @Test
    void twoDeploysAtOnceMakeOneJob() throws Exception {
        startWorker("worker-01");
        startWorker("worker-02");
        MetadataStore second = connect();
        List<Callable<Job>> deploys = IntStream.range(0, 8)
                .<Callable<Job>>mapToObj(i -> () -> (i % 2 == 0 ? jobs : second.jobs())
                        .schedule("key of eth", version("eth", 'a'), descriptor("eth"), null))
                .toList();
        Set<Long> ids = new HashSet<>();
        Set<String> nodes = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Job> deployed : threads.invokeAll(deploys)) {
                ids.add(deployed.get().id());
                nodes.add(deployed.get().nodeId());
            }
        }

        assertThat(ids).hasSize(1);
        assertThat(nodes).hasSize(1);
        assertThat(jobs.events(ids.iterator().next())).hasSize(1);
    }

    // Transitions

    @Test
    void transitionWritesStatusAndEvent() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);
        backend.advance(Duration.ofSeconds(3));
        Job running = move(job, JobStatus.RUNNING);

        assertThat(running.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(running.epoch()).isEqualTo(job.epoch());
        assertThat(running.updatedAt()).isAfter(reread(job).createdAt());
        assertThat(reread(job)).isEqualTo(running);
        assertThat(running.descriptorJson()).isEqualTo(descriptor("eth"));
        assertThat(eventTypes(job)).containsExactly("SCHEDULED", "RUNNING");
        assertThat(jobs.events(job.id()).getLast().detailJson()).isNull();
    }

    @Test
    void transitionFromAnotherStatusIsAConflict() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);

        assertThat(jobs.transition(job.assignment(), Set.of(JobStatus.RUNNING), JobStatus.COMPLETED, null))
                .isEqualTo(new Transition.Conflict(JobStatus.SCHEDULED));
        assertThat(eventTypes(job)).containsExactly("SCHEDULED");
        assertThat(reread(job).status()).isEqualTo(JobStatus.SCHEDULED);
    }

    @Test
    void staleWorkerChangesNoStatus() throws Exception {
        startWorker("worker-01");
        Job job = move(schedule("eth", null), JobStatus.RUNNING);
        Job claimed = jobs.claim(job.id(), "worker-01").orElseThrow();

        assertThat(claimed.epoch()).isGreaterThan(job.epoch());
        assertThat(claimed.status()).isEqualTo(JobStatus.RUNNING);
        for (Assignment stale : List.of(
                job.assignment(),
                new Assignment(job.id(), "worker-02", claimed.epoch()),
                new Assignment(job.id() + 1000, "worker-01", 1))) {
            assertThat(jobs.transition(stale, Set.of(JobStatus.RUNNING), JobStatus.COMPLETED, null))
                    .isEqualTo(new Transition.Fenced());
        }
        Job done = move(claimed, JobStatus.COMPLETED);
        assertThat(jobs.transition(done.assignment(), Set.of(JobStatus.COMPLETED), JobStatus.RUNNING, null))
                .as("an ended job is nobody's")
                .isEqualTo(new Transition.Fenced());
    }

    @Test
    void onlyTheAssignedNodeClaimsALiveJob() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);

        assertThat(jobs.claim(job.id(), "worker-02")).isEmpty();
        assertThat(jobs.claim(job.id() + 1000, "worker-01")).isEmpty();
        Job first = jobs.claim(job.id(), "worker-01").orElseThrow();
        Job second = jobs.claim(job.id(), "worker-01").orElseThrow();
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        move(move(second, JobStatus.RUNNING), JobStatus.COMPLETED);
        assertThat(jobs.claim(job.id(), "worker-01")).isEmpty();
        assertThat(eventTypes(job)).containsExactly("SCHEDULED", "RUNNING", "COMPLETED");
    }

    @Test
    void failureKeepsItsDetail() throws Exception {
        startWorker("worker-01");
        Job job = fail(move(schedule("eth", null), JobStatus.RUNNING), JobStatus.FATAL);

        assertThat(job.error()).isEqualTo(FAILURE);
        assertThat(reread(job)).isEqualTo(job);
        assertThat(reread(job).descriptorJson()).isEqualTo(descriptor("eth"));
        assertThat(jobs.events(job.id()).getLast().detailJson())
                .contains(
                        "\"error_code\":\"PARTITION_TASK\"",
                        "\"error_message\":",
                        "\"stack_trace\":[\"outer\",\"root\"]");
        assertThatThrownBy(() -> jobs.transition(job.assignment(), STARTABLE, JobStatus.ERROR, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void errorWithoutContextHasNone() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);
        ErrorDetail bare = new ErrorDetail("PANIC", "boom", Map.of());
        applied(jobs.transition(job.assignment(), STARTABLE, JobStatus.FATAL, bare));

        assertThat(reread(job).error()).isEqualTo(bare);
        assertThat(jobs.events(job.id()).getLast().detailJson()).doesNotContain("error_context");
    }

    // Stop and delete

    @Test
    void stopIsRequestedOnce() throws Exception {
        startWorker("worker-01");
        Job job = move(schedule("eth", null), JobStatus.RUNNING);

        assertThat(jobs.requestStop(job.id()).status()).isEqualTo(JobStatus.STOP_REQUESTED);
        assertThat(jobs.requestStop(job.id()).status()).isEqualTo(JobStatus.STOP_REQUESTED);
        Job stopping = move(reread(job), JobStatus.STOPPING);
        assertThat(jobs.requestStop(job.id())).isEqualTo(stopping);
        Job stopped = move(stopping, JobStatus.STOPPED);
        assertThat(jobs.requestStop(job.id())).isEqualTo(stopped);
        assertThat(eventTypes(job)).containsExactly("SCHEDULED", "RUNNING", "STOP_REQUESTED", "STOPPING", "STOPPED");
        assertFails(JobError.JOB_NOT_FOUND, "job 999999", () -> jobs.requestStop(999_999));
    }

    @Test
    void stopEndsRetries() throws Exception {
        startWorker("worker-01");
        Job job = fail(schedule("eth", null), JobStatus.ERROR);

        Job stopped = jobs.requestStop(job.id());
        assertThat(stopped.status()).isEqualTo(JobStatus.STOPPED);
        assertThat(stopped.error()).isNull();
        backend.advance(Duration.ofHours(1));
        startWorker("worker-02");
        assertThat(jobs.rescheduleDue()).isEmpty();
    }

    @Test
    void onlyEndedJobsAreDeleted() throws Exception {
        startWorker("worker-01");
        Job job = schedule("eth", null);

        assertFails(JobError.JOB_CONFLICT, "job " + job.id(), () -> jobs.delete(job.id()));
        fail(job, JobStatus.FATAL);
        jobs.delete(job.id());
        jobs.delete(job.id());
        assertThat(jobs.find(job.id())).isEmpty();
        assertThat(jobs.findByKey("key of eth")).isEmpty();
        assertThat(jobs.events(job.id())).isEmpty();
        assertThat(schedule("eth", null).id()).isGreaterThan(job.id());
    }

    @Test
    void endedJobsAreDeletedByStatus() throws Exception {
        startWorker("worker-01");
        Job active = schedule("active", null);
        Job completed = move(move(schedule("completed", null), JobStatus.RUNNING), JobStatus.COMPLETED);
        fail(schedule("error", null), JobStatus.ERROR);
        fail(schedule("fatal", null), JobStatus.FATAL);

        assertThat(jobs.deleteAll(Set.of(JobStatus.ERROR, JobStatus.FATAL))).isEqualTo(2);
        assertThat(jobs.list(Set.of(), null, 10)).extracting(Job::id).containsExactly(completed.id(), active.id());
        assertThatThrownBy(() -> jobs.deleteAll(Set.of(JobStatus.RUNNING)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void listedJobsAreDeletedTogetherOrNotAtAll() throws Exception {
        startWorker("worker-01");
        Job active = schedule("active", null);
        Job first = fail(schedule("first", null), JobStatus.FATAL);
        Job second = fail(schedule("second", null), JobStatus.ERROR);

        assertFails(
                JobError.JOB_CONFLICT,
                "job " + active.id(),
                () -> jobs.deleteListed(List.of(first.id(), active.id(), second.id())));
        assertThat(jobs.find(first.id())).isPresent();
        jobs.deleteListed(List.of(second.id(), 999_999L, first.id(), first.id()));
        assertThat(jobs.list(Set.of(), null, 10)).extracting(Job::id).containsExactly(active.id());
        jobs.deleteListed(List.of());
    }

    // Listings

    @Test
    void listIsNewestFirstPagedAndFiltered() throws Exception {
        startWorker("worker-01");
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(schedule("d" + i, null).id());
        }
        jobs.requestStop(ids.get(2));

        assertThat(jobs.list(Set.of(), null, 2)).extracting(Job::id).containsExactly(ids.get(0), ids.get(1));
        assertThat(jobs.list(Set.of(), ids.get(1), 2)).extracting(Job::id).containsExactly(ids.get(2), ids.get(3));
        assertThat(jobs.list(Set.of(JobStatus.SCHEDULED), ids.get(0), 2))
                .extracting(Job::id)
                .containsExactly(ids.get(1), ids.get(3));
        assertThat(jobs.list(Set.of(JobStatus.STOP_REQUESTED, JobStatus.STOPPED), null, 10))
                .extracting(Job::id)
                .containsExactly(ids.get(2));
    }

    @Test
    void jobsOfADatasetAreListedOnce() throws Exception {
        startWorker("worker-01");
        Job raw = schedule("eth", null);
        Job other = jobs.schedule("second key", version("eth", 'a'), descriptor("eth"), null);
        schedule("base", null);
        jobs.schedule("third key", version("eth", 'b'), descriptor("eth"), null);
        fail(raw, JobStatus.FATAL);
        schedule("eth", null);

        assertThat(jobs.listOf(version("eth", 'a'))).extracting(Job::id).containsExactly(raw.id(), other.id());
        assertThat(jobs.listOf(version("none", 'a'))).isEmpty();
    }

    @Test
    void nodeSeesItsLiveJobs() throws Exception {
        startWorker("worker-01");
        Job first = schedule("first", null);
        Job second = move(schedule("second", null), JobStatus.RUNNING);
        fail(schedule("third", null), JobStatus.ERROR);
        jobs.requestStop(first.id());

        assertThat(jobs.assignedTo("worker-01")).containsExactly(reread(first), second);
        assertThat(jobs.assignedTo("worker-02")).isEmpty();
    }

    // Retry

    @Test
    void errorIsRetriedWhenDue() throws Exception {
        WorkerSession worker = startWorker("worker-01");
        Job job = fail(move(schedule("eth", null), JobStatus.RUNNING), JobStatus.ERROR);
        assertThat(jobs.rescheduleDue())
                .as("2 s after the first failure, less 20 %")
                .isEmpty();
        backend.advance(Duration.ofMillis(2500));
        worker.heartbeat();

        assertThat(jobs.rescheduleDue()).containsExactly(job.id());
        assertThat(jobs.rescheduleDue()).isEmpty();
        Job again = reread(job);
        assertThat(again.status()).isEqualTo(JobStatus.SCHEDULED);
        assertThat(again.nodeId()).isEqualTo("worker-01");
        assertThat(again.epoch()).isGreaterThan(job.epoch());
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.error()).isNull();
        assertThat(jobs.events(job.id()).getLast().detailJson()).isEqualTo(descriptor("eth"));
    }

    @Test
    void delayDoublesUntilItsLimitAndACommitResetsIt() throws Exception {
        WorkerSession worker = startWorker("worker-01");
        Job job = schedule("eth", null);
        TableRevision revision =
                store.segments().createActive(job.assignment(), table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
        store.segments().takeWriterMark(job.assignment(), List.of(revision));
        double[] delays = {2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600};
        for (double delay : delays) {
            assertRetriedAfter(worker, delay);
        }

        store.segments().commit(reread(job).assignment(), List.of(written(revision, 0, 9)));
        assertRetriedAfter(worker, 2);
        assertRetriedAfter(worker, 4);
    }

    private void assertRetriedAfter(WorkerSession worker, double seconds) {
        Job job = jobs.findByKey("key of eth").orElseThrow();
        fail(job, JobStatus.ERROR);
        backend.advance(Duration.ofMillis((long) (seconds * 750)));
        worker.heartbeat();
        assertThat(jobs.rescheduleDue())
                .as("retried before %s s", seconds * 0.8)
                .isEmpty();
        backend.advance(Duration.ofMillis((long) (seconds * 460)));
        worker.heartbeat();
        assertThat(jobs.rescheduleDue())
                .as("not retried after %s s", seconds * 1.2)
                .containsExactly(job.id());
    }

    @Test
    void retryMovesToAnotherNodeThatMatches() throws Exception {
        startWorker("eu-1");
        Job job = fail(schedule("eth", "eu-*"), JobStatus.ERROR);
        backend.advance(Duration.ofSeconds(10));
        startWorker("us-1");
        assertThat(jobs.rescheduleDue())
                .as("no node matches the job's selector")
                .isEmpty();
        startWorker("eu-2");

        assertThat(jobs.rescheduleDue()).containsExactly(job.id());
        assertThat(reread(job).nodeId()).isEqualTo("eu-2");
    }

    @Test
    void fatalIsNotRetried() throws Exception {
        startWorker("worker-01");
        fail(schedule("eth", null), JobStatus.FATAL);
        backend.advance(Duration.ofHours(1));
        startWorker("worker-02");

        assertThat(jobs.rescheduleDue()).isEmpty();
    }

    // Failover

    @Test
    void jobsOfADeadWorkerMove() throws Exception {
        startWorker("worker-01");
        Job running = move(schedule("running", null), JobStatus.RUNNING);
        Job scheduled = schedule("scheduled", null);
        Job stopping = schedule("stopping", null);
        jobs.requestStop(stopping.id());
        Job ended = fail(schedule("ended", null), JobStatus.FATAL);
        backend.advance(Duration.ofSeconds(29));
        WorkerSession alive = startWorker("worker-02");
        assertThat(jobs.failOver()).as("silent for less than 30 s").isEmpty();
        backend.advance(Duration.ofSeconds(2));
        closing(store.workers().start("worker-03", Map.of(), Duration.ZERO)).drain();
        alive.heartbeat();

        assertThat(jobs.failOver()).containsExactlyInAnyOrder(running.id(), scheduled.id(), stopping.id());
        for (Job moved : List.of(running, scheduled)) {
            Job now = reread(moved);
            assertThat(now.status()).isEqualTo(JobStatus.SCHEDULED);
            assertThat(now.nodeId()).isEqualTo("worker-02");
            assertThat(now.epoch()).isGreaterThan(moved.epoch());
            assertThat(jobs.events(moved.id()).getLast().nodeId()).isEqualTo("worker-02");
        }
        assertThat(reread(stopping).status()).isEqualTo(JobStatus.STOPPED);
        assertThat(reread(ended).status()).isEqualTo(JobStatus.FATAL);
        assertThat(jobs.transition(running.assignment(), STARTABLE, JobStatus.COMPLETED, null))
                .isEqualTo(new Transition.Fenced());
        assertThat(jobs.failOver()).isEmpty();
    }

    @Test
    void withoutEligibleNodeTheJobWaits() throws Exception {
        WorkerSession pinnedTo = startWorker("eu-1");
        Job pinned = move(schedule("pinned", "eu-1"), JobStatus.RUNNING);
        backend.advance(Duration.ofSeconds(31));
        startWorker("us-1");

        assertThat(jobs.failOver()).isEmpty();
        assertThat(reread(pinned)).extracting(Job::status, Job::nodeId).containsExactly(JobStatus.RUNNING, "eu-1");
        pinnedTo.heartbeat();
        assertThat(jobs.failOver()).isEmpty();
    }

    @Test
    void crashLoopEndsTheJob() throws Exception {
        startWorker("worker-01");
        Job job = move(schedule("eth", null), JobStatus.RUNNING);
        for (int death = 1; death <= 2; death++) {
            backend.advance(Duration.ofSeconds(31));
            startWorker("spare-" + death);
            assertThat(jobs.failOver()).containsExactly(job.id());
            move(reread(job), JobStatus.RUNNING);
        }
        backend.advance(Duration.ofSeconds(31));
        startWorker("spare-3");

        assertThat(jobs.failOver()).containsExactly(job.id());
        Job ended = reread(job);
        assertThat(ended.status()).isEqualTo(JobStatus.FATAL);
        assertThat(ended.error()).extracting(ErrorDetail::code).isEqualTo("WORKER_CRASH_LOOP");
        assertThat(eventTypes(job).getLast()).isEqualTo("FATAL");
    }

    @Test
    void committedFileStartsTheCrashCountAnew() throws Exception {
        startWorker("worker-01");
        Job job = move(schedule("eth", null), JobStatus.RUNNING);
        TableRevision revision =
                store.segments().createActive(job.assignment(), table(version("eth", 'a'), "blocks"), "_/eth/blocks/r");
        store.segments().takeWriterMark(job.assignment(), List.of(revision));
        for (int death = 1; death <= 6; death++) {
            backend.advance(Duration.ofSeconds(31));
            startWorker("spare-" + death);
            assertThat(jobs.failOver()).containsExactly(job.id());
            Job moved = move(reread(job), JobStatus.RUNNING);
            store.segments().commit(moved.assignment(), List.of(written(revision, death, death)));
        }

        assertThat(reread(job).status()).isEqualTo(JobStatus.RUNNING);
    }

    /** A one-shot process is not replaced; its job is freed for others. */
    @Test
    void jobOfADeadOneShotProcessIsStopped() throws Exception {
        String node = "dump-0192f0c4-0000-7000-8000-000000000001";
        startWorker(node);
        Job job = move(schedule("eth", node), JobStatus.RUNNING);
        backend.advance(Duration.ofSeconds(31));
        startWorker("worker-01");

        assertThat(jobs.failOver()).containsExactly(job.id());
        assertThat(reread(job).status()).isEqualTo(JobStatus.STOPPED);
        assertThat(schedule("eth", null).nodeId()).isEqualTo("worker-01");
    }

    @Test
    void failoverWaitsUntilTheDatabaseWasSeenLongEnough() throws Exception {
        try (MetadataBackend patient = newBackend(TIMINGS.withDatabaseSeen(Duration.ofHours(1)));
                MetadataStore controller = patient.connect()) {
            WorkerSession worker = controller.workers().start("worker-01", Map.of(), Duration.ZERO);
            controller.jobs().schedule("key", version("eth", 'a'), descriptor("eth"), null);
            worker.close();
            patient.advance(Duration.ofMinutes(5));
            controller.workers().start("worker-02", Map.of(), Duration.ZERO).close();

            assertThat(controller.jobs().failOver()).isEmpty();
            assertThat(controller.jobs().failOver()).isEmpty();
        }
    }

    @Test
    void severalControllersMoveEachJobOnce() throws Exception {
        startWorker("worker-01");
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(schedule("d" + i, null).id());
        }
        backend.advance(Duration.ofSeconds(31));
        startWorker("worker-02");
        startWorker("worker-03");
        MetadataStore second = connect();
        List<Callable<List<Long>>> scans = List.of(jobs::failOver, second.jobs()::failOver, jobs::failOver);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<List<Long>> scan : threads.invokeAll(scans)) {
                scan.get();
            }
        }
        jobs.failOver();

        for (long id : ids) {
            assertThat(jobs.events(id)).hasSize(2);
        }
        assertThat(jobs.assignedTo("worker-02")).hasSize(5);
        assertThat(jobs.assignedTo("worker-03")).hasSize(5);
    }
}
