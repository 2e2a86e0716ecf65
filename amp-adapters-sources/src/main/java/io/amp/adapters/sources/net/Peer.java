package io.amp.adapters.sources.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A host and port, with or without TLS. */
record Peer(String host, int port, boolean tls, SSLSocketFactory trust) {

    /** As the {@code Host} header wants it: the port only when it is not the usual one. */
    String hostHeader() {
        String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    /** A connected socket, guarded by the deadline from the start. */
    Socket connect(Deadline deadline) throws IOException {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(name)) {
            Socket socket = new Socket();
            try {
                deadline.guard(socket);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                socket.connect(new InetSocketAddress(address, port), deadline.leftMillis());
                return tls ? secure(socket, name, deadline) : socket;
            } catch (IOException e) {
                closeAfter(e, socket);
                if (deadline.passed() || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                failure = firstOf(failure, e);
            }
        }
        throw failure == null ? new ConnectException("no address") : failure;
    }

    private Socket secure(Socket socket, String name, Deadline deadline) throws IOException {
        SSLSocket secured = (SSLSocket) trust.createSocket(socket, name, port, true);
        deadline.guard(secured);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static IOException firstOf(@Nullable IOException first, IOException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    static void closeAfter(Exception failure, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }
}
