package io.amp.adapters.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CancelFlightInfoResult;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.vector.types.pojo.Schema;

/** DoAction: prepared statements whose handle holds all there is to know, and what drivers send when they end. */
final class SqlActions {
    static final List<ActionType> OFFERED = List.of(
            FlightSqlUtils.FLIGHT_SQL_CREATE_PREPARED_STATEMENT,
            FlightSqlUtils.FLIGHT_SQL_CLOSE_PREPARED_STATEMENT,
            FlightSqlUtils.FLIGHT_SQL_CANCEL_QUERY,
            FlightConstants.CANCEL_FLIGHT_INFO,
            FlightConstants.CLOSE_SESSION);

    private static final Schema NO_PARAMETERS = new Schema(List.of());

    private SqlActions() {}

    /** Validates a statement. */
    interface Planner {
        Schema plan(StatementHandle statement) throws InterruptedException;
    }

    /** @return the action's one result; empty when it has none */
    static Optional<Result> run(Action action, Planner planner) throws InterruptedException {
        return switch (action.getType()) {
            case "CreatePreparedStatement" -> Optional.of(result(prepare(action, planner)));
            case "ClosePreparedStatement" -> Optional.empty();
            // A query runs only while its DoGet does, and ends when that call is cancelled.
            case "CancelQuery" -> Optional.of(notCancellable());
            case "CancelFlightInfo" ->
                Optional.of(new Result(new CancelFlightInfoResult(CancelStatus.NOT_CANCELLABLE)
                        .serialize()
                        .array()));
            case "CloseSession" ->
                Optional.of(new Result(new CloseSessionResult(CloseSessionResult.Status.CLOSED)
                        .serialize()
                        .array()));
            default ->
                throw new AmpException(
                        QueryError.UNSUPPORTED, "action '" + action.getType() + "' is not offered by this server");
        };
    }

    /** The older way to cancel; drivers still use it. */
    @SuppressWarnings("deprecation")
    private static Result notCancellable() {
        return result(org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryResult.newBuilder()
                .setResult(
                        org.apache.arrow.flight.sql.impl.FlightSql.ActionCancelQueryResult.CancelResult
                                .CANCEL_RESULT_NOT_CANCELLABLE)
                .build());
    }

    private static ActionCreatePreparedStatementResult prepare(Action action, Planner planner)
            throws InterruptedException {
        ActionCreatePreparedStatementRequest request;
        try {
            request = Any.parseFrom(action.getBody()).unpack(ActionCreatePreparedStatementRequest.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AmpException(QueryError.PB_DECODE_ERROR, "ProtocolBuffers decoding error: " + e.getMessage());
        }
        StatementHandle statement = new StatementHandle(request.getQuery(), StatementHandle.Mode.AS_WRITTEN);
        Schema schema = planner.plan(statement);
        return ActionCreatePreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(statement.encode())
                .setDatasetSchema(ByteString.copyFrom(SqlCatalog.encapsulated(schema)))
                .setParameterSchema(ByteString.copyFrom(SqlCatalog.encapsulated(NO_PARAMETERS)))
                .build();
    }

    private static Result result(Message message) {
        return new Result(Any.pack(message).toByteArray());
    }
}
