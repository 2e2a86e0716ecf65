package io.amp.adapters.postgres;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobAction;
import io.amp.ports.storage.ChangeFeed;
import io.amp.ports.storage.StorageError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands the notifications of one {@link Listener} to the watches of this process. The listener starts with the first watch. Thread-safe.
 */
final class PostgresChangeFeed implements ChangeFeed {
    /** A watcher wakes at least this often, in case a notification was lost. */
    private static final Duration SAFETY_WAKE_UP = Duration.ofSeconds(60);

    /** Actions waiting for one worker; more ask it to reconcile instead. */
    private static final int JOB_ACTIONS_MAX = 1024;

    private final Listener listener;
    private final List<SignalWatch> watches = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    PostgresChangeFeed(Listener listener) {
        this.listener = listener;
        listener.deliverTo(new Listener.Receiver() {
            @Override
            public void changed(long locationId) {
                watches.forEach(watch -> watch.revisionChanged(locationId));
            }

            @Override
            public void action(String nodeId, JobAction action) {
                watches.forEach(watch -> watch.jobAction(nodeId, action));
            }

            @Override
            public boolean isNodeWatched(String nodeId) {
                return watches.stream().anyMatch(watch -> watch.isOfNode(nodeId));
            }

            @Override
            public void connected() {
                watches.forEach(SignalWatch::mayHaveLost);
            }
        });
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

    /** The watch is known before the listener connects, and connecting wakes it: nothing is lost in between. */
    private <W extends SignalWatch> W open(W watch) {
        requireOpen();
        watches.add(watch);
        listener.start();
        return watch;
    }

    private void requireOpen() {
        if (closed) {
            throw new AmpException(StorageError.METADATA_UNAVAILABLE, "the change feed is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            listener.close();
            watches.forEach(SignalWatch::raise);
        }
    }

    private enum Wake {
        RAISED,
        /** Nothing came for so long that something may have been lost. */
        SAFETY,
        TIME_OUT
    }

    /** A latest-value signal with the safety wake-up. */
    private abstract class SignalWatch {
        final ReentrantLock lock = new ReentrantLock();
        private final Condition raisedCondition = lock.newCondition();
        private boolean raised;
        private long lastWakeNanos = System.nanoTime();

        void revisionChanged(long locationId) {}

        void jobAction(String nodeId, JobAction action) {}

        boolean isOfNode(String nodeId) {
            return false;
        }

        void mayHaveLost() {
            raise();
        }

        final void raise() {
            lock.lock();
            try {
                raised = true;
                raisedCondition.signalAll();
            } finally {
                lock.unlock();
            }
        }

        final Wake awaitSignal(Duration atMost) throws InterruptedException {
            requireOpen();
            lock.lock();
            try {
                long untilSafety = SAFETY_WAKE_UP.toNanos() - (System.nanoTime() - lastWakeNanos);
                boolean safetyFirst = untilSafety <= atMost.toNanos();
                long left = Math.min(untilSafety, atMost.toNanos());
                while (!raised && left > 0) {
                    left = raisedCondition.awaitNanos(left);
                }
                requireOpen();
                if (!raised && !safetyFirst) {
                    return Wake.TIME_OUT;
                }
                Wake wake = raised ? Wake.RAISED : Wake.SAFETY;
                raised = false;
                lastWakeNanos = System.nanoTime();
                return wake;
            } finally {
                lock.unlock();
            }
        }

        final void end() {
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
                raise();
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
        private final List<JobAction> actions = new ArrayList<>();
        private boolean reconcile;

        ActionWatch(String node) {
            this.node = node;
        }

        @Override
        boolean isOfNode(String nodeId) {
            return node.equals(nodeId);
        }

        @Override
        void jobAction(String nodeId, JobAction action) {
            if (!isOfNode(nodeId)) {
                return;
            }
            lock.lock();
            try {
                if (actions.size() < JOB_ACTIONS_MAX) {
                    actions.add(action);
                } else {
                    reconcile = true;
                }
                raise();
            } finally {
                lock.unlock();
            }
        }

        @Override
        void mayHaveLost() {
            lock.lock();
            try {
                reconcile = true;
                raise();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Wakeup await(Duration atMost) throws InterruptedException {
            Wake wake = awaitSignal(atMost);
            lock.lock();
            try {
                var wakeup = new Wakeup(actions, reconcile || wake == Wake.SAFETY);
                actions.clear();
                reconcile = false;
                return wakeup;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            end();
        }
    }
}
