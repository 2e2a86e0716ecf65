package io.amp.core.job;

import io.amp.core.job.JobLifecycle.Actor;
import io.amp.core.job.LocalJob.Cancellation;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.job.JobStore;
import io.amp.ports.job.JobStore.Transition;
import io.amp.ports.job.JobTimings;
import io.amp.ports.job.WorkerStore.WorkerSession;
import io.amp.ports.metadata.MetadataStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Randomness;
import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;
import io.amp.ports.storage.ChangeFeed.JobWatch;
import io.amp.ports.storage.StorageError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's part in running jobs (jobs-and-storage specification, section 2): it registers a node id, beats its heart, and runs what
 * the database assigns to the node, each job by itself.
 */
public final class Worker {
    /* Implementation note. One loop owns the set of local jobs and compares it with the database, job by job, whenever anything may have
     * changed; what to do is decided by Reconciliation. A run's thread does nothing but the job. Its ending is reported by another
     * thread, because the run's own may be interrupted at any time. While a run is ending or its report under way the job still counts as
     * local; after that it is looked at again, so that whatever happened meanwhile (a stop, a new assignment) is not missed. */

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** For how long a start waits for the identity (a rolling restart) and for the database. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** How long a shutdown waits for jobs to end. */
    public static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    /** After a comparison that failed, the next one comes this soon. */
    private static final Duration RECONCILE_RETRY = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final String nodeId;
    private final Map<String, String> info;
    private final MetadataStore metadata;
    private final JobStore store;
    private final JobRunner runner;
    private final JobTimings timings;
    private final Clock clock;
    private final Tasks tasks;
    private final DatabaseRetry retry;
    private final JobReport reports;
    private final WorkerInbox inbox;
    private final Map<Long, LocalJob> jobs = new ConcurrentHashMap<>();
    private volatile boolean shutdown;
    private long reconcileDueNanos;

    /**
     * @param nodeId see {@link NodeIds}
     * @param info build facts shown by the Admin API
     */
    public Worker(
            String nodeId,
            Map<String, String> info,
            MetadataStore metadata,
            JobRunner runner,
            JobTimings timings,
            Clock clock,
            Tasks tasks,
            Randomness randomness) {
        this.nodeId = NodeIds.require(nodeId);
        this.info = Map.copyOf(info);
        this.metadata = metadata;
        this.store = metadata.jobs();
        this.runner = runner;
        this.timings = timings;
        this.clock = clock;
        this.tasks = tasks;
        this.retry = new DatabaseRetry(clock, randomness);
        this.reports = new JobReport(store, retry);
        this.inbox = new WorkerInbox(clock);
    }

    /**
     * Works until {@link #shutdown()} or an interrupt; then it takes no more jobs, cancels those it has, waits for them at most {@link
     * #DRAIN_MAX} and gives the node id back. The jobs' status stays, so that the node goes on with them after a restart. A job that does
     * not end in time is left behind; once it is claimed again, the database fences it. Runs once.
     *
     * @throws InterruptedException after an orderly end on an interrupt, or at once on a second one
     * @throws AmpException {@link JobError#NODE_ID_IN_USE} when another process has the node id, at the start or later; the database
     *     failed for longer than a start waits, or for good
     */
    public void run() throws InterruptedException {
        WorkerSession session = register();
        Heartbeat heartbeat = new Heartbeat(session, timings.workerFence(), clock, inbox);
        boolean interrupted = false;
        try (TaskScope scope = tasks.open("worker " + nodeId)) {
            // Subscribed before the first look at the jobs: what changes in between is announced.
            JobWatch watch = metadata.changes().watchJobs(nodeId);
            try {
                scope.fork("heartbeat", () -> done(heartbeat::run));
                scope.fork("fence", () -> done(() -> watchFence(heartbeat)));
                scope.fork("listen", () -> done(() -> listen(watch)));
                LOG.info("worker {} started", nodeId);
                try {
                    work(scope, heartbeat);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                drain(scope, heartbeat);
            } finally {
                jobs.values().forEach(job -> job.cancel(Cancellation.SHUTDOWN));
                heartbeat.stop();
                watch.close();
            }
        } finally {
            session.close();
        }
        if (heartbeat.lost().isPresent()) {
            throw heartbeat.lost().get();
        }
        LOG.info("worker {} stopped", nodeId);
        if (interrupted) {
            throw new InterruptedException("worker " + nodeId + " was interrupted");
        }
    }

    /** Lets {@link #run} end. */
    public void shutdown() {
        shutdown = true;
        inbox.wake();
    }

    private WorkerSession register() throws InterruptedException {
        long deadline = clock.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            try {
                Duration left = Duration.ofNanos(Math.max(deadline - clock.nanoTime(), 0));
                return metadata.workers().start(nodeId, info, left);
            } catch (AmpException e) {
                if (!e.is(StorageError.METADATA_UNAVAILABLE) || clock.nanoTime() >= deadline) {
                    throw e;
                }
                LOG.warn("worker {} cannot register yet: {}", nodeId, e.getMessage());
                clock.sleep(PAUSE);
            }
        }
    }

    private interface Body {
        void run() throws InterruptedException;
    }

    private static boolean done(Body body) throws InterruptedException {
        body.run();
        return true;
    }

    private void listen(JobWatch watch) throws InterruptedException {
        while (!shutdown) {
            try {
                JobWatch.Wakeup wakeup = watch.await(timings.reconcile());
                wakeup.actions().forEach(action -> inbox.lookAt(action.jobId()));
                if (wakeup.reconcile()) {
                    inbox.lookAtEverything();
                }
            } catch (RuntimeException e) {
                LOG.warn("worker {} hears of no job actions for now", nodeId, e);
                clock.sleep(PAUSE);
            }
        }
    }

    /** On a thread of its own, so that a database call that hangs cannot delay it. */
    private void watchFence(Heartbeat heartbeat) throws InterruptedException {
        while (true) {
            if (!heartbeat.isFenced()) {
                clock.sleep(heartbeat.fenceLeft());
            } else {
                if (jobs.values().stream().anyMatch(job -> job.cancellation().isEmpty())) {
                    LOG.error(
                            "worker {} had no heartbeat for {} s: aborting its jobs, the database decides anew",
                            nodeId,
                            timings.workerFence().toSeconds());
                }
                jobs.values().forEach(job -> job.cancel(Cancellation.SELF_FENCED));
                clock.sleep(PAUSE);
            }
        }
    }

    private void work(TaskScope scope, Heartbeat heartbeat) throws InterruptedException {
        reconcileDueNanos = clock.nanoTime();
        while (!shutdown && heartbeat.lost().isEmpty()) {
            Duration untilReconcile = Duration.ofNanos(reconcileDueNanos - clock.nanoTime());
            WorkerInbox.Content content = inbox.take(untilReconcile);
            reportEnded(scope);
            if (heartbeat.isFenced()) {
                // Nothing is started now. The next heartbeat asks for a full comparison.
                reconcileDueNanos = clock.nanoTime() + timings.reconcile().toNanos();
            } else if (content.everything() || clock.nanoTime() >= reconcileDueNanos) {
                reconcile(heartbeat);
            } else {
                content.jobs().forEach(id -> examine(id, heartbeat));
            }
        }
    }

    private void drain(TaskScope scope, Heartbeat heartbeat) throws InterruptedException {
        shutdown = true;
        heartbeat.drain();
        jobs.values().forEach(job -> job.cancel(Cancellation.SHUTDOWN));
        long deadline = clock.nanoTime() + DRAIN_MAX.toNanos();
        reportEnded(scope);
        while (!(jobs.isEmpty() && heartbeat.isDrainTried()) && clock.nanoTime() < deadline) {
            inbox.take(Duration.ofNanos(deadline - clock.nanoTime()));
            reportEnded(scope);
        }
        if (!jobs.isEmpty()) {
            LOG.warn("worker {} leaves jobs that did not end in time: {}", nodeId, jobs.keySet());
        }
    }

    /** Compares all jobs of this node with what runs here. */
    private void reconcile(Heartbeat heartbeat) {
        reconcileDueNanos = clock.nanoTime() + timings.reconcile().toNanos();
        Map<Long, Job> assigned;
        try {
            assigned = store.assignedTo(nodeId).stream().collect(Collectors.toMap(Job::id, Function.identity()));
        } catch (AmpException e) {
            LOG.warn("worker {} cannot read its jobs, trying again soon: {}", nodeId, e.getMessage());
            reconcileSoon();
            return;
        }
        Set<Long> ids = new TreeSet<>(assigned.keySet());
        ids.addAll(jobs.keySet());
        ids.forEach(id -> actIsolated(id, assigned.get(id), heartbeat));
    }

    private void examine(long id, Heartbeat heartbeat) {
        Job stored;
        try {
            stored = store.find(id).orElse(null);
        } catch (AmpException e) {
            LOG.warn("worker {} cannot read job {}, trying again soon: {}", nodeId, id, e.getMessage());
            reconcileSoon();
            return;
        }
        actIsolated(id, stored, heartbeat);
    }

    private void reconcileSoon() {
        reconcileDueNanos = Math.min(reconcileDueNanos, clock.nanoTime() + RECONCILE_RETRY.toNanos());
    }

    /** Trouble with one job must not keep the worker from the others. */
    private void actIsolated(long id, @Nullable Job stored, Heartbeat heartbeat) {
        try {
            act(id, stored, heartbeat);
        } catch (RuntimeException e) {
            LOG.warn("worker {} could not handle job {}, trying again soon", nodeId, id, e);
            reconcileSoon();
        }
    }

    private void act(long id, @Nullable Job stored, Heartbeat heartbeat) {
        LocalJob local = jobs.get(id);
        if (local != null && local.ending().isPresent()) {
            // Its report is under way and will have it looked at again.
            return;
        }
        Long epoch = local == null ? null : (Long) local.job().epoch();
        switch (Reconciliation.of(nodeId, stored, epoch)) {
            case NOTHING -> {}
            case START -> start(id, heartbeat);
            case STOP -> stop(Objects.requireNonNull(local));
            case FINISH_STOP -> finishStop(Objects.requireNonNull(stored));
            case ABANDON -> {
                if (Objects.requireNonNull(local).cancel(Cancellation.ABANDONED)) {
                    LOG.warn("job {} is not assigned to this run any more, cancelling it", id);
                }
            }
        }
    }

    private void start(long id, Heartbeat heartbeat) {
        Job job = store.claim(id, nodeId).orElse(null);
        if (job == null) {
            return;
        }
        if (job.status() != JobStatus.SCHEDULED && job.status() != JobStatus.RUNNING) {
            inbox.lookAt(id);
            return;
        }
        LOG.info("starting job {} (epoch {}, was {})", id, job.epoch(), job.status());
        LocalJob local = new LocalJob(job, tasks.open("job " + id));
        jobs.put(id, local);
        local.start(() -> run(local));
        if (heartbeat.isFenced()) {
            local.cancel(Cancellation.SELF_FENCED);
        }
    }

    private void stop(LocalJob local) {
        if (local.cancellation().isPresent()) {
            return;
        }
        Transition outcome = change(local.job(), JobStatus.STOPPING, null);
        boolean acknowledged = switch (outcome) {
            case Transition.Applied applied -> true;
            case Transition.Conflict conflict -> conflict.actual() == JobStatus.STOPPING;
            case Transition.Fenced fenced -> false;
        };
        if (acknowledged) {
            LOG.info("stopping job {}", local.job().id());
            local.cancel(Cancellation.STOP);
        } else {
            inbox.lookAt(local.job().id());
        }
    }

    private void finishStop(Job stored) {
        if (change(stored, JobStatus.STOPPED, null) instanceof Transition.Applied) {
            LOG.info("job {} is stopped, it did not run here", stored.id());
        }
    }

    private Transition change(Job job, JobStatus next, @Nullable ErrorDetail error) {
        return store.transition(job.assignment(), JobLifecycle.before(next, Actor.WORKER), next, error);
    }

    /** The job's own thread. Whatever its code throws ends this job alone. */
    private void run(LocalJob local) {
        Throwable failure = null;
        try {
            JobDescriptor descriptor = JobDescriptorJson.read(local.job().descriptorJson());
            local.describe(descriptor);
            begin(local);
            runner.run(local.job(), descriptor);
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            local.end(failure);
            inbox.wake();
        }
    }

    private void begin(LocalJob local) throws InterruptedException {
        Job job = local.job();
        if (job.status() != JobStatus.SCHEDULED) {
            return;
        }
        switch (retry.call("setting job " + job.id() + " RUNNING", () -> change(job, JobStatus.RUNNING, null))) {
            case Transition.Applied applied -> {}
            case Transition.Fenced fenced ->
                throw new AmpException(StorageError.FENCED, "job " + job.id() + " is assigned anew");
            case Transition.Conflict conflict -> {
                if (conflict.actual() != JobStatus.RUNNING) {
                    // A stop came first; with the run gone, the loop finishes it.
                    local.cancel(Cancellation.ABANDONED);
                    throw new InterruptedException("job " + job.id() + " is " + conflict.actual());
                }
            }
        }
    }

    private void reportEnded(TaskScope scope) {
        for (LocalJob local : List.copyOf(jobs.values())) {
            if (local.takeForReport()) {
                local.close();
                scope.fork("report " + local.job().id(), () -> done(() -> report(local)));
            }
        }
    }

    private void report(LocalJob local) throws InterruptedException {
        long id = local.job().id();
        try {
            reports.write(local);
            jobs.remove(id);
            inbox.lookAt(id);
        } catch (RuntimeException e) {
            LOG.error("cannot write how job {} ended, the next comparison starts it again", id, e);
            jobs.remove(id);
            inbox.wake();
        }
    }
}
