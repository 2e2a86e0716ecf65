package io.amp.adapters.sources.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** A node's Unix socket: JSON texts one after the other, with or without white space between them. */
public final class IpcChannel implements MessageChannel {
    private static final int BUFFER_BYTES = 256 << 10;

    private final SocketChannel socket;
    private final WireInput in;
    private final BodyPool bodies;
    private final JsonFraming framing = new JsonFraming();
    private final Object sending = new Object();

    private IpcChannel(SocketChannel socket, BodyPool bodies) {
        this.socket = socket;
        this.bodies = bodies;
        this.in = new WireInput(new ChannelInput(socket), BUFFER_BYTES);
    }

    public static IpcChannel connect(Path path, BodyPool bodies) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.connect(UnixDomainSocketAddress.of(path));
            return new IpcChannel(socket, bodies);
        } catch (IOException | RuntimeException e) {
            Peer.closeAfter(e, socket);
            throw e;
        }
    }

    @Override
    public void send(byte[] json, Duration atMost) throws IOException {
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try (Deadline deadline = Deadline.in(atMost)) {
            deadline.guard(socket);
            synchronized (sending) {
                while (bytes.hasRemaining()) {
                    socket.write(bytes);
                }
            }
        }
    }

    @Override
    public ResponseBody receive() throws IOException {
        ResponseBody message = bodies.take();
        try {
            framing.restart();
            while (!in.readValuePart(framing, message)) {
                // There is more to come.
            }
            return message.seal();
        } catch (IOException | RuntimeException e) {
            message.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Not {@code Channels.newInputStream}, whose reads may keep writers waiting. */
    private static final class ChannelInput extends InputStream {
        private final SocketChannel socket;

        ChannelInput(SocketChannel socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return length == 0 ? 0 : socket.read(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
