package io.amp.adapters.postgres.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/*
 * Implementation note
 *
 * The driver wants a java.net.Socket, which the JDK does not offer for Unix-domain sockets, and it relies on read time-outs (statement
 * time-outs, looking for notifications). A channel in blocking mode has none, so the channel is non-blocking and each wait is a select.
 * One thread reads and one writes at a time, as with any connection of the driver; close() may come from a third and wakes both.
 */

/** A client's Unix-domain socket as a {@link Socket}. */
final class UnixSocket extends Socket {
    private final Path path;
    private final SocketChannel channel;
    private final Selector readable;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private @Nullable Selector writable;
    private volatile int readTimeoutMs;
    private volatile boolean connected;

    UnixSocket(Path path) throws IOException {
        this.path = path;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        this.readable = Selector.open();
    }

    @Override
    public void connect(@Nullable SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    /** Connects to the path; the address that the driver made up is not used. A local connect does not wait. */
    @Override
    public void connect(@Nullable SocketAddress ignored, int timeoutMs) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new java.net.ConnectException(path + ": " + e.getMessage());
        }
        channel.configureBlocking(false);
        channel.register(readable, SelectionKey.OP_READ);
        connected = true;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public void setSoTimeout(int timeoutMs) {
        readTimeoutMs = timeoutMs;
    }

    @Override
    public int getSoTimeout() {
        return readTimeoutMs;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // A Unix-domain socket never delays.
    }

    @Override
    public void setKeepAlive(boolean on) {
        // The kernel knows at once when the other process is gone.
    }

    @Override
    public void setSendBufferSize(int size) {
        // The kernel's default is right for a local socket.
    }

    @Override
    public void setReceiveBufferSize(int size) {
        // The kernel's default is right for a local socket.
    }

    @Override
    public int getSendBufferSize() {
        return 8192;
    }

    @Override
    public int getReceiveBufferSize() {
        return 8192;
    }

    @Override
    public void setSoLinger(boolean on, int linger) {
        // Closing a Unix-domain socket loses nothing that was written.
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        Selector writer = writable;
        if (writer != null) {
            writer.close();
        }
    }

    /**
     * Interrupts do not break the wait: a transaction that was sent should learn its outcome, and time-outs bound it.
     *
     * @return false when the time ran out
     */
    private boolean await(Selector selector, int timeoutMs) throws IOException {
        long deadline = System.nanoTime() + timeoutMs * 1_000_000L;
        boolean interrupted = false;
        try {
            while (true) {
                long leftMs = timeoutMs == 0 ? 0 : Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
                int ready = selector.select(leftMs);
                selector.selectedKeys().clear();
                if (!channel.isOpen()) {
                    throw new SocketException("socket closed");
                }
                if (ready > 0) {
                    return true;
                }
                if (Thread.interrupted()) {
                    interrupted = true;
                }
                if (timeoutMs != 0 && System.nanoTime() >= deadline) {
                    return false;
                }
            }
        } catch (ClosedSelectorException e) {
            throw new SocketException("socket closed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            ByteBuffer target = ByteBuffer.wrap(bytes, offset, length);
            int count = channel.read(target);
            while (count == 0) {
                if (!await(readable, readTimeoutMs)) {
                    throw new SocketTimeoutException("no answer within " + readTimeoutMs + " ms");
                }
                count = channel.read(target);
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            while (source.hasRemaining()) {
                if (channel.write(source) == 0) {
                    await(writer(), 0);
                }
            }
        }

        private Selector writer() throws IOException {
            Selector selector = writable;
            if (selector == null) {
                selector = Selector.open();
                channel.register(selector, SelectionKey.OP_WRITE);
                writable = selector;
            }
            return selector;
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
