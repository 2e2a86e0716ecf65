package io.amp.app.node;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/**
 * SIGINT and SIGTERM as a request to stop. The first one lets the process end in order, with exit code 0; a second one ends it at once
 * (command-line specification, sections 1.4 and 1.6).
 */
public final class StopSignal {
    /* Implementation note. A shutdown hook cannot choose the exit code and does not see a second signal. The JDK's only interface for
     * signals, sun.misc.Signal, is supported by module jdk.unsupported, but the compiler warns of every direct use, and that warning
     * cannot be turned off; hence reflection. */

    private static final int SIGNAL_EXIT_BASE = 128;

    private final CountDownLatch requested = new CountDownLatch(1);

    private StopSignal() {}

    /** Takes over both signals. A signal that the parent process ignores, as {@code nohup} does with some, stays ignored. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            for (String name : new String[] {"INT", "TERM"}) {
                Object signal = signalType.getConstructor(String.class).newInstance(name);
                int number = (int) signalType.getMethod("getNumber").invoke(signal);
                Object handler = Proxy.newProxyInstance(
                        StopSignal.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                stop.received(number);
                            }
                            return null;
                        });
                signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java runtime has no signals (module jdk.unsupported is missing)", e);
        }
        return stop;
    }

    private void received(int number) {
        if (isRequested()) {
            Runtime.getRuntime().halt(SIGNAL_EXIT_BASE + number);
        }
        request();
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
