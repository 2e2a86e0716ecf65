package io.amp.adapters.postgres;

import org.jdbi.v3.core.Handle;

/** Locks on names instead of rows. */
final class AdvisoryLock {
    /** Held by whoever chooses nodes for jobs, so that two controllers never choose from the same view. */
    static final String SCHEDULER = "amp scheduler";

    private AdvisoryLock() {}

    /** Waits for the lock; the transaction's end frees it. */
    static void inTransaction(Handle handle, String name) {
        handle.createQuery("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))::text")
                .bind("name", name)
                .mapTo(String.class)
                .one();
    }
}
