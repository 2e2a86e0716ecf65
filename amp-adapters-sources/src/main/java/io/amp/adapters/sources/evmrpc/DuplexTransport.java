package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.json.Quantity;
import io.amp.adapters.sources.net.ConnectionFailure;
import io.amp.adapters.sources.net.MessageChannel;
import io.amp.adapters.sources.net.ResponseBody;
import io.amp.adapters.sources.net.WebSocketChannel;
import io.amp.ports.chain.SourceError;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON-RPC over one lasting connection, WebSocket or IPC, with answers in any order. A dropped connection fails the calls in flight and
 * is opened again by the next call. On each connection the node is asked to push new heads.
 */
final class DuplexTransport implements RpcTransport {
    private static final Logger LOG = LoggerFactory.getLogger(DuplexTransport.class);
    private static final FieldNames FIELDS = FieldNames.of("id", "method");
    private static final int ID = 0;
    private static final int METHOD = 1;
    private static final String SUBSCRIBE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";
    /** Calls of the client start above this. */
    private static final long SUBSCRIBE_ID = 0;

    private static final long NO_ID = -1;

    private final EvmRpcSettings settings;
    private final Opener opener;
    private final Clock clock;
    private final Signal news;
    private final AtomicLong headsPushed = new AtomicLong();
    private final AtomicLong headsAnnounced = new AtomicLong();

    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Session session;
    private volatile @Nullable ReconnectCheck reconnectCheck;
    private volatile boolean closed;
    private volatile boolean warnedOfNoPush;

    /** Makes a connection. */
    interface Opener {
        MessageChannel open() throws IOException, ConnectionFailure, InterruptedException;
    }

    /** What a new connection must pass before it is used. */
    interface ReconnectCheck {
        void check(Exchange connection) throws RpcFailure, InterruptedException;
    }

    /** See {@link RpcTransport#exchange}. */
    interface Exchange {
        ResponseBody exchange(RpcRequest request) throws RpcFailure, InterruptedException;
    }

    DuplexTransport(EvmRpcSettings settings, Opener opener, Clock clock) {
        this.settings = settings;
        this.opener = opener;
        this.clock = clock;
        this.news = clock.newSignal();
    }

    /** Connections opened from now on must pass this. */
    void checkReconnects(ReconnectCheck check) {
        reconnectCheck = check;
    }

    @Override
    public ResponseBody exchange(RpcRequest request) throws RpcFailure, InterruptedException {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        return openSession().exchange(request, deadline);
    }

    @Override
    public void awaitHead(Duration atMost) throws InterruptedException {
        long deadline = clock.nanoTime() + atMost.toNanos();
        // The signal may have been raised by heads that an earlier call announced: look again until the time is over.
        while (!announce()) {
            long left = deadline - clock.nanoTime();
            if (left <= 0 || !news.await(Duration.ofNanos(left))) {
                return;
            }
        }
    }

    private boolean announce() {
        long pushed = headsPushed.get();
        return headsAnnounced.getAndSet(pushed) != pushed;
    }

    @Override
    public void close() {
        closed = true;
        Session current = session;
        if (current != null) {
            current.end(new IOException("the source is closed"));
        }
    }

    private Session openSession() throws RpcFailure, InterruptedException {
        Session current = session;
        if (current != null && !current.ended) {
            return current;
        }
        opening.lockInterruptibly();
        try {
            current = session;
            if (current != null && !current.ended) {
                return current;
            }
            if (closed) {
                throw new RpcFailure(SourceError.UNREACHABLE, "the source is closed", null);
            }
            Session opened = new Session(connect());
            opened.start();
            ReconnectCheck check = reconnectCheck;
            if (check != null) {
                check(check, opened);
            }
            session = opened;
            if (closed) {
                opened.end(new IOException("the source is closed"));
            }
            return opened;
        } finally {
            opening.unlock();
        }
    }

    private void check(ReconnectCheck check, Session opened) throws RpcFailure, InterruptedException {
        try {
            check.check(request -> opened.exchange(
                    request, System.nanoTime() + settings.timeout().toNanos()));
        } catch (RpcFailure | InterruptedException | RuntimeException e) {
            opened.end(e);
            throw e;
        }
    }

    private MessageChannel connect() throws RpcFailure, InterruptedException {
        try {
            return opener.open();
        } catch (WebSocketChannel.RefusedException e) {
            boolean refused = e.status() == 401 || e.status() == 403;
            throw new RpcFailure(refused ? SourceError.REFUSED : SourceError.UNREACHABLE, describe(e), e);
        } catch (IOException | ConnectionFailure e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new RpcFailure(SourceError.UNREACHABLE, describe(e), e);
        }
    }

    private String describe(Exception e) {
        return settings.shownUrl() + ": " + e.getMessage();
    }

    /** A batch that waits for its answer. */
    private record Batch(int calls, CompletableFuture<ResponseBody> answer) {}

    /** One connection and the calls waiting on it. */
    private final class Session {
        private final MessageChannel channel;
        private final Map<Long, CompletableFuture<ResponseBody>> waiting = new ConcurrentHashMap<>();
        private final Map<Long, Batch> waitingBatches = new ConcurrentHashMap<>();
        private final AtomicLong received = new AtomicLong();
        private volatile boolean ended;

        Session(MessageChannel channel) {
            this.channel = channel;
        }

        void start() throws RpcFailure {
            Thread.ofVirtual().name("evm-rpc-receive").start(this::receiveAll);
            try {
                channel.send(SUBSCRIBE.getBytes(StandardCharsets.US_ASCII), settings.timeout());
            } catch (IOException e) {
                end(e);
                throw new RpcFailure(SourceError.UNREACHABLE, describe(e), e);
            }
        }

        ResponseBody exchange(RpcRequest request, long deadline) throws RpcFailure, InterruptedException {
            CompletableFuture<ResponseBody> answer = new CompletableFuture<>();
            for (int i = 0; i < request.calls(); i++) {
                waiting.put(request.firstId() + i, answer);
            }
            if (request.batch()) {
                waitingBatches.put(request.firstId(), new Batch(request.calls(), answer));
            }
            long receivedBefore = received.get();
            try {
                if (ended) {
                    throw new RpcFailure(SourceError.UNREACHABLE, settings.shownUrl() + ": connection closed", null);
                }
                channel.send(request.json(), settings.timeout());
                return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                abandon(answer);
                if (received.get() == receivedBefore) {
                    // Not a slow call: nothing at all has come.
                    end(new IOException("nothing received in time"));
                }
                throw new RpcFailure(SourceError.UNREACHABLE, settings.shownUrl() + ": timed out", e);
            } catch (IOException e) {
                end(e);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                throw new RpcFailure(SourceError.UNREACHABLE, describe(e), e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RpcErrorException error) {
                    throw error;
                }
                throw new RpcFailure(
                        SourceError.UNREACHABLE,
                        settings.shownUrl() + ": "
                                + Objects.requireNonNullElse(e.getCause(), e).getMessage(),
                        e.getCause());
            } catch (InterruptedException e) {
                abandon(answer);
                throw e;
            } finally {
                waitingBatches.remove(request.firstId());
                for (int i = 0; i < request.calls(); i++) {
                    waiting.remove(request.firstId() + i);
                }
            }
        }

        /** Gives back an answer that comes, or came, when nobody waits any more. */
        private static void abandon(CompletableFuture<ResponseBody> answer) {
            if (!answer.cancel(false) && !answer.isCompletedExceptionally()) {
                answer.join().close();
            }
        }

        private void receiveAll() {
            JsonCursor cursor = new JsonCursor();
            try {
                while (true) {
                    ResponseBody message = channel.receive();
                    received.incrementAndGet();
                    dispatch(message, cursor);
                }
            } catch (IOException | RuntimeException e) {
                end(e);
            }
        }

        private void dispatch(ResponseBody message, JsonCursor cursor) {
            long id;
            try {
                id = idOf(message, cursor);
            } catch (MalformedJsonException e) {
                message.close();
                throw e;
            }
            CompletableFuture<ResponseBody> answer = id == NO_ID ? null : waiting.remove(id);
            if (answer == null || !answer.complete(message)) {
                message.close();
            }
        }

        /** Also takes note of heads pushed. */
        private long idOf(ResponseBody message, JsonCursor cursor) {
            cursor.reset(message.bytes(), 0, message.length());
            if (cursor.isArray()) {
                cursor.enterArray();
                if (!cursor.nextElement()) {
                    return NO_ID;
                }
            }
            cursor.enterObject();
            Quantity id = new Quantity();
            for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
                switch (field) {
                    case ID -> {
                        if (!cursor.nullValue() && cursor.quantity(id) && id.fitsLong()) {
                            if (id.low() == SUBSCRIBE_ID) {
                                subscribed(message);
                                return NO_ID;
                            }
                            return id.low();
                        }
                        failWithoutId(message);
                        return NO_ID;
                    }
                    case METHOD -> {
                        if (cursor.textOfValue().equals("eth_subscription")) {
                            headsPushed.incrementAndGet();
                            news.raise();
                            return NO_ID;
                        }
                    }
                    default -> cursor.skipValue();
                }
            }
            return NO_ID;
        }

        /**
         * An error about a whole request carries no id. It is told to the largest batches that wait, since a refused batch is refused for
         * its size, or to every call when there is no batch; for innocent ones it is one more failure that a retry mends.
         */
        private void failWithoutId(ResponseBody message) {
            try {
                new RpcResult(message).open(new JsonCursor());
            } catch (RpcErrorException e) {
                List<Batch> batches = List.copyOf(waitingBatches.values());
                int largest = batches.stream().mapToInt(Batch::calls).max().orElse(0);
                // When a batch was refused that no longer waits, the calls that do are not meant.
                if (largest == 0 && !e.batchTooLarge()) {
                    waiting.values().forEach(answer -> answer.completeExceptionally(e));
                }
                batches.stream()
                        .filter(batch -> batch.calls == largest)
                        .forEach(batch -> batch.answer.completeExceptionally(e));
            }
        }

        private void subscribed(ResponseBody message) {
            try {
                new RpcResult(message).open(new JsonCursor());
            } catch (RpcErrorException e) {
                if (!warnedOfNoPush) {
                    warnedOfNoPush = true;
                    LOG.warn(
                            "{} does not push new heads ({}), so they are polled",
                            settings.shownUrl(),
                            settings.redact(String.valueOf(e.getMessage())));
                }
            }
        }

        void end(Exception cause) {
            ended = true;
            try {
                channel.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
            waiting.values().forEach(answer -> answer.completeExceptionally(cause));
        }
    }
}
