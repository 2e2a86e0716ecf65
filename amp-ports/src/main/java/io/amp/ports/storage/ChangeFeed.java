package io.amp.ports.storage;

import io.amp.ports.job.JobAction;
import java.time.Duration;
import java.util.List;

/**
 * Wake-ups from the metadata database. Notifications may be lost or doubled, so: subscribe first, read state second, and treat every
 * wake-up as "look again". On every (re)connect all watchers wake. Thread-safe.
 */
public interface ChangeFeed extends AutoCloseable {
    /** Commits and activations of one revision; closing ends the watch. */
    Watch watchRevision(long locationId);

    /** Commits and activations of any revision. */
    Watch watchAllRevisions();

    /** Job actions for one node. */
    JobWatch watchJobs(String nodeId);

    @Override
    void close();

    /** A latest-value signal. */
    interface Watch extends AutoCloseable {
        /** @return true when something may have changed, false when the time ran out */
        boolean await(Duration atMost) throws InterruptedException;

        @Override
        void close();
    }

    /** Actions in the order they arrived; bounded: on overflow, and on reconnect, it reports {@code reconcile}. */
    interface JobWatch extends AutoCloseable {
        /** Empty when the time ran out. */
        Wakeup await(Duration atMost) throws InterruptedException;

        @Override
        void close();

        /** @param reconcile something may have been lost: compare everything with the database */
        record Wakeup(List<JobAction> actions, boolean reconcile) {
            public Wakeup {
                actions = List.copyOf(actions);
            }
        }
    }
}
