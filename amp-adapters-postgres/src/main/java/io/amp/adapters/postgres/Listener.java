package io.amp.adapters.postgres;

import io.amp.adapters.postgres.connection.Connector;
import io.amp.adapters.postgres.connection.RetryPolicy;
import io.amp.ports.job.JobAction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Implementation note
 *
 * One connection per process listens on both channels, in a thread of its own. What was sent while it was away is lost, so every
 * (re)connect is reported after LISTEN took effect. A quiet connection is asked for an answer now and then, or a server that vanished
 * would look like one that has nothing to say. A hot standby refuses LISTEN: there the versions of the watched revisions are polled.
 */

/** The connection that receives notifications, reconnecting without limit. */
final class Listener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    private static final Duration QUIET_CHECK = Duration.ofSeconds(10);
    private static final RetryPolicy RECONNECT =
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofMillis(250), Duration.ofSeconds(10));

    /** Where notifications go. Calls come from the listener's thread and must not block. */
    interface Receiver {
        void changed(long locationId);

        void action(String nodeId, JobAction action);

        boolean isNodeWatched(String nodeId);

        /** Listening from now on; anything may have happened before. */
        void connected();
    }

    private final Connector connector;
    private final Duration standbyPoll;
    private @Nullable Receiver receiver;
    private @Nullable Thread thread;
    private @Nullable Connection connection;
    private boolean closed;

    /** @param standbyPoll pause between looks at a hot standby */
    Listener(Connector connector, Duration standbyPoll) {
        this.connector = connector;
        this.standbyPoll = standbyPoll;
    }

    synchronized void deliverTo(Receiver target) {
        receiver = target;
    }

    /** Starts the thread, once. */
    synchronized void start() {
        Receiver target = receiver;
        if (thread == null && !closed && target != null) {
            thread = Thread.ofVirtual().name("amp-metadata-listener").start(() -> run(target));
        }
    }

    private void run(Receiver target) {
        int failures = 0;
        while (!isClosed()) {
            try (Connection open = connect()) {
                if (isStandby(open)) {
                    target.connected();
                    failures = 0;
                    poll(open, target);
                } else {
                    try (Statement statement = open.createStatement()) {
                        statement.execute("LISTEN " + Notifications.JOB_ACTIONS);
                        statement.execute("LISTEN \"" + Notifications.CHANGE_TRACKING + "\"");
                    }
                    target.connected();
                    failures = 0;
                    listen(open, target);
                }
            } catch (SQLException e) {
                failures++;
                if (!isClosed()) {
                    pauseAfter(failures, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                failures++;
                LOG.error("the listener of the metadata database failed and starts again", e);
                pauseAfter(failures, e);
            }
        }
    }

    private Connection connect() throws SQLException {
        Connection open = connector.openWithKeepalive("amp listener");
        synchronized (this) {
            connection = open;
            if (closed) {
                open.close();
            }
        }
        return open;
    }

    private static boolean isStandby(Connection open) throws SQLException {
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private void listen(Connection open, Receiver target) throws SQLException {
        PGConnection notified = open.unwrap(PGConnection.class);
        while (!isClosed()) {
            PGNotification[] received = notified.getNotifications((int) QUIET_CHECK.toMillis());
            if (received == null || received.length == 0) {
                requireAnswer(open);
                continue;
            }
            for (PGNotification notification : received) {
                deliver(notification, target);
            }
        }
    }

    private static void requireAnswer(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    private static void deliver(PGNotification notification, Receiver target) {
        switch (notification.getName()) {
            case Notifications.CHANGE_TRACKING ->
                Notifications.readChange(notification.getParameter()).ifPresent(target::changed);
            case Notifications.JOB_ACTIONS ->
                Notifications.readAction(notification.getParameter(), target::isNodeWatched)
                        .ifPresent(message -> target.action(message.nodeId(), message.action()));
            default -> LOG.debug("notification on an unknown channel");
        }
    }

    /** Until the connection breaks, as it does when the standby is promoted or ends. */
    private void poll(Connection open, Receiver target) throws SQLException, InterruptedException {
        LOG.info("the metadata database is a hot standby: changes are polled every {} ms", standbyPoll.toMillis());
        Map<Long, Long> known = versions(open);
        while (!isClosed() && isStandby(open)) {
            Thread.sleep(standbyPoll);
            Map<Long, Long> now = versions(open);
            for (Map.Entry<Long, Long> entry : now.entrySet()) {
                if (!entry.getValue().equals(known.get(entry.getKey()))) {
                    target.changed(entry.getKey());
                }
            }
            known = now;
        }
    }

    /** Version of every revision. Their number is that of table copies, small enough to read every few seconds. */
    private static Map<Long, Long> versions(Connection open) throws SQLException {
        Map<Long, Long> versions = new HashMap<>();
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, version FROM physical_table_revisions")) {
            while (row.next()) {
                versions.put(row.getLong(1), row.getLong(2));
            }
        }
        return versions;
    }

    private void pauseAfter(int failures, Exception failure) {
        Duration pause = RECONNECT.pause(failures);
        LOG.warn("the listener lost the metadata database, again in {} ms", pause.toMillis());
        LOG.debug("cause", failure);
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed || Thread.currentThread().isInterrupted();
    }

    /** Ends the thread and waits for it, so that nothing is delivered afterwards. */
    @Override
    public void close() {
        Thread running;
        Connection open;
        synchronized (this) {
            closed = true;
            running = thread;
            open = connection;
        }
        if (running == null) {
            return;
        }
        running.interrupt();
        if (open != null) {
            try {
                // abort() does not wait for the statement in progress.
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("closing the listener's connection", e);
            }
        }
        try {
            running.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
