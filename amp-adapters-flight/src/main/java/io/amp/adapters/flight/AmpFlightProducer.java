package io.amp.adapters.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.amp.adapters.flight.StatementHandle.Mode;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import io.amp.ports.query.QueryService;
import io.amp.ports.query.QueryService.PlannedQuery;
import io.amp.ports.query.QueryService.QueryResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.TicketStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps Flight calls to statements. Thread-safe; each call runs on a virtual thread of its own. */
final class AmpFlightProducer implements FlightProducer {
    private static final Logger LOG = LoggerFactory.getLogger(AmpFlightProducer.class);
    private static final String TYPE_PREFIX = "type.googleapis.com/";
    private static final String SQL_TYPE_PREFIX = TYPE_PREFIX + "arrow.flight.protocol.sql.";

    private static final Set<String> WRITING_COMMANDS =
            Set.of("CommandStatementUpdate", "CommandPreparedStatementUpdate", "CommandStatementIngest");

    private final QueryService queries;
    private final BufferAllocator allocator;
    private final Executor calls;
    private final SqlCatalog catalog;
    private final AtomicLong requestIds = new AtomicLong();

    /** @param calls a thread per call */
    AmpFlightProducer(QueryService queries, DatasetRegistry datasets, BufferAllocator allocator, Executor calls) {
        this.catalog = new SqlCatalog(datasets);
        this.calls = calls;
        this.queries = queries;
        this.allocator = allocator;
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        return answering(() -> {
            Optional<SqlCatalog.Listing> listing = listing(descriptor);
            if (listing.isPresent()) {
                return info(listing.get().schema(), descriptor, new Ticket(descriptor.getCommand()));
            }
            Caller caller = caller(context);
            StatementHandle statement = statement(descriptor, caller.mode());
            Schema schema = plan(statement, caller).schema().arrow();
            Any ticket = Any.pack(TicketStatementQuery.newBuilder()
                    .setStatementHandle(statement.encode())
                    .build());
            return info(schema, descriptor, new Ticket(ticket.toByteArray()));
        });
    }

    private static FlightInfo info(Schema schema, FlightDescriptor descriptor, Ticket ticket) {
        return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
    }

    private Optional<SqlCatalog.Listing> listing(FlightDescriptor descriptor) {
        return descriptor.isCommand() ? listing(descriptor.getCommand()) : Optional.empty();
    }

    private Optional<SqlCatalog.Listing> listing(byte[] command) {
        return any(command)
                .filter(any -> any.getTypeUrl().startsWith(SQL_TYPE_PREFIX))
                .flatMap(catalog::listing);
    }

    @Override
    public SchemaResult getSchema(CallContext context, FlightDescriptor descriptor) {
        return answering(() -> {
            Optional<SqlCatalog.Listing> listing = listing(descriptor);
            if (listing.isPresent()) {
                return new SchemaResult(listing.get().schema());
            }
            Caller caller = caller(context);
            return new SchemaResult(
                    plan(statement(descriptor, caller.mode()), caller).schema().arrow());
        });
    }

    /*
     * The answer is sent from a thread of its own: gRPC calls back about readiness and cancellation only after this method has returned.
     */
    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        Caller caller = caller(context);
        Call call = new Call(listener);
        listener.setOnCancelHandler(call::cancel);
        calls.execute(() -> call.run(() -> {
            Optional<SqlCatalog.Listing> listing = listing(ticket.getBytes());
            try (QueryResult result = listing.isPresent()
                            ? new QueryResult(new OneBatch(listing.get().rows(allocator)), List.of())
                            : queries.execute(plan(statement(ticket, caller.mode()), caller));
                    ResultSender sender = new ResultSender(result, listener, allocator)) {
                sender.send();
            }
        }));
    }

    /** Runs what answers one DoGet; cancelling interrupts it until it has ended. */
    private static final class Call {
        private final ServerStreamListener listener;
        private @Nullable Thread runner;
        private boolean cancelled;

        Call(ServerStreamListener listener) {
            this.listener = listener;
        }

        private interface Work {
            void run() throws InterruptedException;
        }

        void run(Work work) {
            if (!begin()) {
                return;
            }
            try {
                work.run();
            } catch (InterruptedException | RuntimeException e) {
                if (end()) {
                    LOG.debug("the client cancelled a call", e);
                } else {
                    listener.error(FlightErrors.of(e));
                }
            } finally {
                end();
            }
        }

        private synchronized boolean begin() {
            runner = cancelled ? null : Thread.currentThread();
            return !cancelled;
        }

        /** True when the client has cancelled. */
        private synchronized boolean end() {
            runner = null;
            return cancelled;
        }

        synchronized void cancel() {
            cancelled = true;
            if (runner != null) {
                runner.interrupt();
            }
        }
    }

    /** What a call's headers and connection say about it. */
    private record Caller(Mode mode, String requestId, String client) {}

    private Caller caller(CallContext context) {
        CallHeaders headers = context.getMiddleware(CallHeaders.KEY);
        String id = headers.requestId();
        String token = headers.bearerToken();
        return new Caller(
                headers.mode(),
                id != null ? id : "flight-" + requestIds.incrementAndGet(),
                token.isEmpty() ? PeerAddress.current() : token);
    }

    private PlannedQuery plan(StatementHandle statement, Caller caller) throws InterruptedException {
        if (statement.sql().isBlank()) {
            throw new AmpException(
                    QueryError.INVALID_QUERY, "invalid query: SQL string cannot be empty or contain only whitespace");
        }
        Boolean streaming = switch (statement.mode()) {
            case AS_WRITTEN -> null;
            case BATCH -> false;
            case STREAMING -> true;
        };
        PlannedQuery plan =
                queries.plan(new QueryRequest(statement.sql(), null, streaming, caller.requestId(), caller.client()));
        if (plan.isStreaming()) {
            throw new AmpException(
                    QueryError.UNSUPPORTED,
                    "streaming queries (SETTINGS stream = true) are not supported by this build");
        }
        return plan;
    }

    /** Section 3.4: a Flight SQL command, or raw SQL text. */
    private static StatementHandle statement(FlightDescriptor descriptor, Mode mode) {
        if (!descriptor.isCommand()) {
            throw new AmpException(
                    QueryError.UNSUPPORTED_FLIGHT_DESCRIPTOR_TYPE, "unsupported flight descriptor type: 1");
        }
        byte[] command = descriptor.getCommand();
        Optional<Any> any = any(command);
        if (any.isPresent() && any.get().getTypeUrl().startsWith(SQL_TYPE_PREFIX)) {
            return statement(any.get(), mode);
        }
        if (any.isPresent() && any.get().getTypeUrl().startsWith(TYPE_PREFIX)) {
            throw unsupportedCommand(any.get().getTypeUrl());
        }
        Optional<String> text = sqlText(command);
        if (text.isPresent() && !text.get().isBlank()) {
            return new StatementHandle(text.get(), mode);
        }
        if (any.isPresent() && any.get().getTypeUrl().contains("/")) {
            throw unsupportedCommand(any.get().getTypeUrl());
        }
        if (command.length == 0 || text.isPresent()) {
            throw new AmpException(
                    QueryError.INVALID_QUERY, "invalid query: SQL string cannot be empty or contain only whitespace");
        }
        throw new AmpException(
                QueryError.PB_DECODE_ERROR, "ProtocolBuffers decoding error: neither a command nor UTF-8 text");
    }

    /** Section 3.5: a ticket of ours, any Flight SQL command, or raw SQL text. */
    private static StatementHandle statement(Ticket ticket, Mode mode) {
        byte[] bytes = ticket.getBytes();
        Optional<Any> any = any(bytes);
        if (any.isPresent() && any.get().is(TicketStatementQuery.class)) {
            return StatementHandle.decode(
                    unpack(any.get(), TicketStatementQuery.class).getStatementHandle());
        }
        if (any.isPresent() && any.get().getTypeUrl().startsWith(SQL_TYPE_PREFIX)) {
            return statement(any.get(), mode);
        }
        return new StatementHandle(
                sqlText(bytes)
                        .orElseThrow(() -> new AmpException(
                                QueryError.TICKET_DECODING_ERROR,
                                "the ticket is neither one of this server nor UTF-8 text")),
                mode);
    }

    private static StatementHandle statement(Any command, Mode mode) {
        if (command.is(CommandStatementQuery.class)) {
            return new StatementHandle(
                    unpack(command, CommandStatementQuery.class).getQuery(), mode);
        }
        if (command.is(CommandPreparedStatementQuery.class)) {
            StatementHandle prepared = StatementHandle.decode(
                    unpack(command, CommandPreparedStatementQuery.class).getPreparedStatementHandle());
            return mode == Mode.AS_WRITTEN ? prepared : new StatementHandle(prepared.sql(), mode);
        }
        if (WRITING_COMMANDS.contains(command.getTypeUrl().substring(SQL_TYPE_PREFIX.length()))) {
            throw new AmpException(QueryError.INVALID_QUERY, "this server is read-only");
        }
        throw unsupportedCommand(command.getTypeUrl());
    }

    private static AmpException unsupportedCommand(String typeUrl) {
        return new AmpException(
                QueryError.UNSUPPORTED_FLIGHT_DESCRIPTOR_COMMAND, "unsupported flight descriptor command: " + typeUrl);
    }

    private static <M extends com.google.protobuf.Message> M unpack(Any any, Class<M> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new AmpException(QueryError.PB_DECODE_ERROR, "ProtocolBuffers decoding error: " + e.getMessage());
        }
    }

    private static Optional<Any> any(byte[] bytes) {
        try {
            Any any = Any.parseFrom(bytes);
            return any.getTypeUrl().isEmpty() ? Optional.empty() : Optional.of(any);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> sqlText(byte[] bytes) {
        ByteString text = ByteString.copyFrom(bytes);
        return text.isValidUtf8() ? Optional.of(new String(bytes, StandardCharsets.UTF_8)) : Optional.empty();
    }

    private interface Answer<T> {
        T get() throws InterruptedException;
    }

    private static <T> T answering(Answer<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlightErrors.of(e);
        } catch (RuntimeException e) {
            throw FlightErrors.of(e);
        }
    }

    @Override
    public void listFlights(CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
        listener.onCompleted();
    }

    /** Statements have no placeholders, so there is nothing to bind, and nothing can be written. */
    @Override
    public Runnable acceptPut(CallContext context, FlightStream stream, StreamListener<PutResult> listener) {
        return () -> listener.onError(CallStatus.INVALID_ARGUMENT
                .withDescription("this server is read-only and its statements take no parameters")
                .toRuntimeException());
    }

    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
        try {
            Caller caller = caller(context);
            SqlActions.run(action, statement -> plan(statement, caller).schema().arrow())
                    .ifPresent(listener::onNext);
            listener.onCompleted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.onError(FlightErrors.of(e));
        } catch (RuntimeException e) {
            listener.onError(FlightErrors.of(e));
        }
    }

    @Override
    public void listActions(CallContext context, StreamListener<ActionType> listener) {
        SqlActions.OFFERED.forEach(listener::onNext);
        listener.onCompleted();
    }
}
