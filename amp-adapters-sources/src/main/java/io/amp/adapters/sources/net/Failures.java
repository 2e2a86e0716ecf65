package io.amp.adapters.sources.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Failures of sockets in words that hold no secret. */
final class Failures {
    private Failures() {}

    /**
     * The failure to report.
     *
     * @throws InterruptedException when the thread was interrupted, which closes the socket it is blocked on
     */
    static ConnectionFailure of(Exception e, boolean timedOut) throws InterruptedException {
        if (Thread.interrupted()) {
            InterruptedException interrupted = new InterruptedException();
            interrupted.addSuppressed(e);
            throw interrupted;
        }
        if (timedOut) {
            return new ConnectionFailure("timed out", true, e);
        }
        String what = switch (e) {
            case UnknownHostException unknown -> "host not found";
            case ConnectException refused -> "connection refused";
            case SSLException tls -> "TLS failure: " + tls.getMessage();
            case IOException io -> String.valueOf(io.getMessage());
            default -> e.getClass().getSimpleName();
        };
        return new ConnectionFailure(what, false, e);
    }
}
