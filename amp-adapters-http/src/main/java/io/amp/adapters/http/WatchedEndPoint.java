package io.amp.adapters.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/*
 * Implementation note. Jetty does not read from a connection while its request is being answered, so it sees a closed connection
 * only when it writes. This end point reads ahead (never more than one small buffer, handed out before anything else) and so sees
 * the end of the stream at once. A client that only closes its sending side counts as gone too, as with most HTTP servers.
 */
/** A connection that knows whether its client is still there. */
final class WatchedEndPoint extends SocketChannelEndPoint {
    private static final int AHEAD_BYTES = 1024;

    /** Read, not yet handed out. */
    private final ByteBuffer ahead = ByteBuffer.allocate(AHEAD_BYTES).limit(0);

    private final Object reading = new Object();
    private volatile boolean answering;

    WatchedEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /** Whether a request of this connection is being answered. */
    boolean isAnswering() {
        return answering;
    }

    void answering(boolean begun) {
        answering = begun;
    }

    /** Does not block. To be called while a request is being answered whose body was read. */
    boolean isClientGone() {
        if (!isOpen()) {
            return true;
        }
        synchronized (reading) {
            if (ahead.hasRemaining()) {
                return false;
            }
            ahead.clear();
            try {
                return getChannel().read(ahead) < 0;
            } catch (IOException e) {
                return true;
            } finally {
                ahead.flip();
            }
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        synchronized (reading) {
            if (!ahead.hasRemaining()) {
                return super.fill(buffer);
            }
            int position = BufferUtil.flipToFill(buffer);
            int count = BufferUtil.put(ahead, buffer);
            BufferUtil.flipToFlush(buffer, position);
            return count;
        }
    }
}
