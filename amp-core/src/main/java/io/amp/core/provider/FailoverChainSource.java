package io.amp.core.provider;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that changes its provider after {@value #FAILURES_MAX} failures in a row, or after 60 s in which nothing succeeded. Callers
 * see each failure and repeat the call, as they would with one provider; the repeated call goes to the next provider. A source that was
 * left closes when its last stream does.
 */
final class FailoverChainSource implements ChainSource {
    private static final Logger LOG = LoggerFactory.getLogger(FailoverChainSource.class);
    private static final int FAILURES_MAX = 5;
    private static final long SILENCE_MAX_NANOS = Duration.ofSeconds(60).toNanos();

    private final ChainSources sources;
    private final RawManifest dataset;
    private final Clock clock;
    private final AvoidedProviders avoided;
    private Connection current;
    private int failures;
    private long lastSuccess;
    private boolean closed;

    FailoverChainSource(
            ChainSources sources, RawManifest dataset, ChainSource first, Clock clock, AvoidedProviders avoided) {
        this.sources = sources;
        this.dataset = dataset;
        this.clock = clock;
        this.avoided = avoided;
        this.current = new Connection(first);
        this.lastSuccess = clock.nanoTime();
    }

    @Override
    public synchronized String providerName() {
        return current.source.providerName();
    }

    @Override
    public BlockStream stream(BlockInterval numbers) {
        Connection connection = acquire();
        try {
            return new CountedStream(connection, connection.source.stream(numbers));
        } catch (RuntimeException e) {
            release(connection);
            throw e;
        }
    }

    @Override
    public OptionalLong latestBlock(boolean finalizedOnly) throws InterruptedException {
        return call(source -> source.latestBlock(finalizedOnly));
    }

    @Override
    public Optional<BlockLink> header(long number) throws InterruptedException {
        return call(source -> source.header(number));
    }

    @Override
    public void awaitHead(Duration atMost) throws InterruptedException {
        Connection connection = acquire();
        try {
            connection.source.awaitHead(atMost);
        } finally {
            release(connection);
        }
    }

    @Override
    public synchronized OptionalLong bucketSize() {
        return current.source.bucketSize();
    }

    @Override
    public void close() {
        Connection last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = current;
        }
        last.source.close();
    }

    private <T> T call(Call<T> call) throws InterruptedException {
        Connection connection = acquire();
        try {
            T answer = call.ask(connection.source);
            succeeded(connection);
            return answer;
        } catch (AmpException e) {
            failed(connection, e);
            throw e;
        } finally {
            release(connection);
        }
    }

    private interface Call<T> {
        T ask(ChainSource source) throws InterruptedException;
    }

    private synchronized Connection acquire() {
        current.users++;
        return current;
    }

    private void release(Connection connection) {
        boolean unused;
        synchronized (this) {
            connection.users--;
            unused = connection.users == 0 && connection != current;
        }
        if (unused) {
            connection.source.close();
        }
    }

    private synchronized void succeeded(Connection connection) {
        if (connection == current) {
            failures = 0;
            lastSuccess = clock.nanoTime();
        }
        avoided.succeeded(connection.source.providerName());
    }

    private void failed(Connection connection, AmpException failure) throws InterruptedException {
        if (!blamesProvider(failure)) {
            return;
        }
        synchronized (this) {
            if (connection != current || closed) {
                return;
            }
            failures++;
            if (failures < FAILURES_MAX && clock.nanoTime() - lastSuccess < SILENCE_MAX_NANOS) {
                return;
            }
            failures = 0;
            lastSuccess = clock.nanoTime();
        }
        rotate(connection);
    }

    /** A block that is not there yet is no fault of the provider; data that no retry can mend is none either. */
    private static boolean blamesProvider(AmpException failure) {
        return failure.is(SourceError.UNREACHABLE)
                || failure.is(SourceError.REFUSED)
                || failure.is(SourceError.BAD_DATA);
    }

    private void rotate(Connection failing) throws InterruptedException {
        String name = failing.source.providerName();
        avoided.failed(name);
        @Nullable ChainSource next;
        try {
            next = sources.connect(dataset, name);
        } catch (AmpException e) {
            LOG.warn("provider '{}' keeps failing and no other can take over: {}", name, e.getMessage());
            return;
        }
        ChainSource unused = null;
        synchronized (this) {
            if (closed || failing != current) {
                unused = next;
            } else {
                LOG.warn("provider '{}' keeps failing; '{}' takes over", name, next.providerName());
                current = new Connection(next);
                if (failing.users == 0) {
                    unused = failing.source;
                }
            }
        }
        if (unused != null) {
            unused.close();
        }
    }

    private static final class Connection {
        private final ChainSource source;
        /** Calls and streams in progress; guarded by the enclosing source. */
        private int users;

        Connection(ChainSource source) {
            this.source = source;
        }
    }

    private final class CountedStream implements BlockStream {
        private final Connection connection;
        private final BlockStream stream;
        private boolean released;

        CountedStream(Connection connection, BlockStream stream) {
            this.connection = connection;
            this.stream = stream;
        }

        @Override
        public @Nullable BlockRows next() throws InterruptedException {
            try {
                BlockRows block = stream.next();
                succeeded(connection);
                return block;
            } catch (AmpException e) {
                failed(connection, e);
                throw e;
            }
        }

        @Override
        public void close() {
            stream.close();
            synchronized (this) {
                if (released) {
                    return;
                }
                released = true;
            }
            release(connection);
        }
    }
}
