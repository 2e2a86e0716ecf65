package io.amp.app.node;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * SIGINT and SIGTERM as a request to stop. The first one lets the process end in order, with exit code 0; a second one ends it at once
 * (command-line specification, sections 1.4 and 1.6).
 */
public final class StopSignal {
    private static final int SIGNAL_EXIT_BASE = 128;

    private final CountDownLatch requested = new CountDownLatch(1);

    private StopSignal() {}

    /** Takes over both signals. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        for (String name : new String[] {"INT", "TERM"}) {
            Signal.handle(new Signal(name), signal -> {
                if (stop.requested.getCount() == 0) {
                    Runtime.getRuntime().halt(SIGNAL_EXIT_BASE + signal.getNumber());
                }
                stop.request();
            });
        }
        return stop;
    }

    /** As if a signal had come. */
    public void request() {
        requested.countDown();
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    public void await() throws InterruptedException {
        requested.await();
    }
}
