package io.amp.testkit.metadata;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobAction;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.StorageError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Wake-ups of one process connected to an {@link InMemoryDatabase}; what is sent while it is cut off is lost, as with LISTEN. */
final class InMemoryChangeFeed implements ChangeFeed {
    /** A watcher wakes at least this often, in case a notification was lost. */
    private static final Duration SAFETY_WAKE_UP = Duration.ofSeconds(60);

    private static final int JOB_ACTIONS_MAX = 1024;

    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;
    private final Clock clock;
    private final List<SignalWatch> watches = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    InMemoryChangeFeed(InMemoryDatabase db, InMemoryMetadataStore client, Clock clock) {
        this.db = db;
        this.client = client;
        this.clock = clock;
        db.attach(this);
    }

    @Override
    public Watch watchRevision(long locationId) {
        return open(new RevisionWatch(locationId));
    }

    @Override
    public Watch watchAllRevisions() {
        return open(new RevisionWatch(null));
    }

    @Override
    public JobWatch watchJobs(String nodeId) {
        return open(new ActionWatch(nodeId));
    }

    private <W extends SignalWatch> W open(W watch) {
        requireOpen();
        watches.add(watch);
        return watch;
    }

    private void requireOpen() {
        if (closed) {
            throw new AmpException(StorageError.METADATA_UNAVAILABLE, "the change feed is closed");
        }
    }

    /** Called under the database's lock, as the two below. */
    void revisionChanged(long locationId) {
        if (client.connected()) {
            watches.forEach(watch -> watch.revisionChanged(locationId));
        }
    }

    void jobAction(String nodeId, JobAction action) {
        if (client.connected()) {
            watches.forEach(watch -> watch.jobAction(nodeId, action));
        }
    }

    void reconnected() {
        if (client.connected()) {
            watches.forEach(SignalWatch::reconnected);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            db.detach(this);
            watches.forEach(watch -> watch.signal.raise());
        }
    }

    private enum Wake {
        RAISED,
        /** Nothing came for so long that something may have been lost. */
        SAFETY,
        TIME_OUT
    }

    /** What both kinds of watch share: the signal and the safety wake-up. */
    private abstract class SignalWatch {
        final Signal signal = clock.newSignal();
        private long lastWakeNanos = clock.nanoTime();

        void revisionChanged(long locationId) {}

        void jobAction(String nodeId, JobAction action) {}

        void reconnected() {
            signal.raise();
        }

        Wake awaitSignal(Duration atMost) throws InterruptedException {
            requireOpen();
            long untilSafety = SAFETY_WAKE_UP.toNanos() - (clock.nanoTime() - lastWakeNanos);
            boolean safetyFirst = untilSafety <= atMost.toNanos();
            boolean raised = signal.await(safetyFirst ? Duration.ofNanos(Math.max(untilSafety, 0)) : atMost);
            requireOpen();
            if (!raised && !safetyFirst) {
                return Wake.TIME_OUT;
            }
            lastWakeNanos = clock.nanoTime();
            return raised ? Wake.RAISED : Wake.SAFETY;
        }

        void end() {
            watches.remove(this);
        }
    }

    private final class RevisionWatch extends SignalWatch implements Watch {
        private final @Nullable Long locationId;

        RevisionWatch(@Nullable Long locationId) {
            this.locationId = locationId;
        }

        @Override
        void revisionChanged(long changed) {
            if (locationId == null || locationId == changed) {
                signal.raise();
            }
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            return awaitSignal(atMost) != Wake.TIME_OUT;
        }

        @Override
        public void close() {
            end();
        }
    }

    private final class ActionWatch extends SignalWatch implements JobWatch {
        private final String node;
        private final Deque<JobAction> actions = new ArrayDeque<>();
        private boolean reconcile;

        ActionWatch(String node) {
            this.node = node;
        }

        @Override
        void jobAction(String nodeId, JobAction action) {
            if (!node.equals(nodeId)) {
                return;
            }
            synchronized (actions) {
                if (actions.size() < JOB_ACTIONS_MAX) {
                    actions.add(action);
                } else {
                    reconcile = true;
                }
            }
            signal.raise();
        }

        @Override
        void reconnected() {
            synchronized (actions) {
                reconcile = true;
            }
            signal.raise();
        }

        @Override
        public Wakeup await(Duration atMost) throws InterruptedException {
            Wake wake = awaitSignal(atMost);
            synchronized (actions) {
                Wakeup wakeup = new Wakeup(new ArrayList<>(actions), reconcile || wake == Wake.SAFETY);
                actions.clear();
                reconcile = false;
                return wakeup;
            }
        }

        @Override
        public void close() {
            end();
        }
    }
}
