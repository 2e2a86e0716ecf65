package io.amp.testkit.metadata;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.job.WorkerStore;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.metadata.InMemoryDatabase.WorkerRow;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Workers of an {@link InMemoryDatabase}; the node lock is an entry of its {@code nodeLocks}. */
final class InMemoryWorkerStore implements WorkerStore {
    private static final Duration LOCK_POLL = Duration.ofMillis(50);

    private final InMemoryDatabase db;
    private final InMemoryMetadataStore client;
    private final Clock clock;

    InMemoryWorkerStore(InMemoryDatabase db, InMemoryMetadataStore client, Clock clock) {
        this.db = db;
        this.client = client;
        this.clock = clock;
    }

    @Override
    public WorkerSession start(String nodeId, Map<String, String> info, Duration patience) throws InterruptedException {
        Session session = new Session(nodeId, info, db.random.newUuidV7(clock).toString());
        long deadline = clock.nanoTime() + patience.toNanos();
        while (!db.transact(client, () -> session.lock() && session.register())) {
            if (clock.nanoTime() >= deadline) {
                throw inUse(nodeId);
            }
            clock.sleep(LOCK_POLL);
        }
        return session;
    }

    private static AmpException inUse(String nodeId) {
        return new AmpException(JobError.NODE_ID_IN_USE, "worker node ID '" + nodeId + "' is already in use");
    }

    @Override
    public List<Worker> list() {
        return db.transact(
                client,
                () -> db.workers.values().stream()
                        .sorted(Comparator.comparingLong((WorkerRow worker) -> worker.id)
                                .reversed())
                        .map(InMemoryWorkerStore::worker)
                        .toList());
    }

    @Override
    public Optional<Worker> find(String nodeId) {
        return db.transact(
                client, () -> Optional.ofNullable(db.workers.get(nodeId)).map(InMemoryWorkerStore::worker));
    }

    private static Worker worker(WorkerRow row) {
        return new Worker(row.id, row.nodeId, row.info, row.createdAt, row.registeredAt, row.heartbeatAt, row.draining);
    }

    /** The sessions of this process lost their connections; the locks went with them. Called under the database's lock. */
    void connectionLost() {
        db.nodeLocks.values().removeIf(session -> session.owner() == this);
    }

    /** One process's hold on a node id. */
    final class Session implements WorkerSession {
        private final String nodeId;
        private final Map<String, String> info;
        private final String sessionId;
        private boolean draining;
        private boolean closed;

        Session(String nodeId, Map<String, String> info, String sessionId) {
            this.nodeId = nodeId;
            this.info = Map.copyOf(info);
            this.sessionId = sessionId;
        }

        InMemoryWorkerStore owner() {
            return InMemoryWorkerStore.this;
        }

        private boolean lock() {
            return db.nodeLocks.putIfAbsent(nodeId, this) == null || db.nodeLocks.get(nodeId) == this;
        }

        /** Writes the worker's row; a row of another session becomes this one's. */
        private boolean register() {
            WorkerRow row = db.workers.get(nodeId);
            if (row == null) {
                row = new WorkerRow(db.nextId(), nodeId, info, sessionId, db.now());
                db.workers.put(nodeId, row);
            } else if (!row.sessionId.equals(sessionId)) {
                row.info = info;
                row.sessionId = sessionId;
                row.registeredAt = db.now();
            }
            row.draining = draining;
            row.heartbeatAt = db.now();
            return true;
        }

        @Override
        public void heartbeat() {
            requireOpen();
            db.transact(client, () -> {
                if (!lock()) {
                    WorkerRow row = db.workers.get(nodeId);
                    if (row != null && !row.sessionId.equals(sessionId)) {
                        throw inUse(nodeId);
                    }
                    throw new AmpException(
                            StorageError.METADATA_UNAVAILABLE, "the lock of worker '" + nodeId + "' is not free yet");
                }
                return register();
            });
        }

        @Override
        public void drain() {
            requireOpen();
            draining = true;
            heartbeat();
        }

        private void requireOpen() {
            if (closed) {
                throw new IllegalStateException("the session of worker '" + nodeId + "' is closed");
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            db.locked(() -> {
                boolean held = db.nodeLocks.remove(nodeId, this);
                if (held && EphemeralNodes.isEphemeral(nodeId)) {
                    db.workers.remove(nodeId);
                }
            });
        }
    }
}
