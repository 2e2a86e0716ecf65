package io.amp.testkit.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that have to listen on the same one again after a restart. */
public final class FreePorts {
    /** Below those that the system gives to outgoing connections: one of these would sooner or later sit on a port chosen here. */
    private static final int MIN = 20_000;

    private static final int END = 32_000;
    private static final int TRIES = 100;

    private FreePorts() {}

    /** A port on which nobody listens now. */
    public static int next() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(MIN, END);
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // the next one may be free
            }
        }
        throw new IllegalStateException("no free port between " + MIN + " and " + END);
    }
}
