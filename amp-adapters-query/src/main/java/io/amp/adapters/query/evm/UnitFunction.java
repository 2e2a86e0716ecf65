package io.amp.adapters.query.evm;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.InputVector;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import io.amp.adapters.query.function.EngineTypes;
import io.amp.adapters.query.function.FunctionCall;
import io.amp.adapters.query.function.Templates;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.evm.abi.AbiException;
import io.amp.evm.abi.UnitShift;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code shift_units(value, units)} (functions specification, section 5.11). */
public final class UnitFunction {
    private static final String ENGINE_NAME = "amp_shift_units";
    private static final String NAME = "shift_units: ";

    private UnitFunction() {}

    static Expr bind(FunctionCall call) {
        call.requireSize(2, 2);
        Expr value = value(call);
        Expr units = units(call);
        if (value instanceof Literal literal && literal.value() instanceof String text) {
            checkText(call, text);
        }
        return FunctionCall.nullable(
                Templates.of("shift_units", ENGINE_NAME + "({0}, {1})"), Types.TEXT, List.of(value, units));
    }

    private static void checkText(FunctionCall call, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var shift = new UnitShift();
        if (shift.shift(bytes, 0, bytes.length, 0) == UnitShift.INVALID) {
            throw call.error(NAME + "failed to parse value: " + shift.problem());
        }
    }

    /** The value as one of the types that the engine's function takes. */
    private static Expr value(FunctionCall call) {
        Expr value = call.argument(0);
        return switch (value.type()) {
            case SqlType.Text ignored -> value;
            case SqlType.Int type -> Coercion.cast(value, type.signed() ? Types.INT64 : Types.UINT64);
            case SqlType.Floating type -> Coercion.cast(value, type.bits() == 64 ? Types.FLOAT64 : Types.FLOAT32);
            // Exact, and the text of a decimal has no exponent.
            case SqlType.Decimal ignored -> Coercion.cast(value, Types.TEXT);
            default ->
                throw call.error(NAME + "expected numeric type or Utf8 for first argument, got "
                        + ArrowText.print(value.type()));
        };
    }

    private static Expr units(FunctionCall call) {
        Expr units = call.argument(1);
        if (!units.type().isInteger() && !units.type().isText()) {
            throw call.error(NAME + "expected numeric type for second argument, got " + ArrowText.print(units.type()));
        }
        if (Exprs.isConstant(units)) {
            units = call.fold().evaluate(units);
            try {
                switch (units instanceof Literal literal ? literal.value() : null) {
                    case BigInteger number -> UnitShift.requireUnits(number);
                    case String text -> UnitShift.parseUnits(text);
                    case null, default -> {
                        // A typed NULL gives NULL.
                    }
                }
            } catch (AbiException e) {
                throw call.error(NAME + e.getMessage());
            }
        }
        return units.type().isText() ? units : Coercion.cast(units, Types.INT64);
    }

    /** What the engine needs: one overload per pair of types. */
    public static ScalarFunction[] definitions() {
        var all = new ArrayList<ScalarFunction>();
        for (SqlType value : List.of(Types.TEXT, Types.INT64, Types.UINT64, Types.FLOAT64, Types.FLOAT32)) {
            for (SqlType units : List.of(Types.INT64, Types.TEXT)) {
                all.add(ScalarFunction.of(
                        ENGINE_NAME,
                        List.of(EngineTypes.of(value), EngineTypes.of(units)),
                        DuckType.VARCHAR,
                        (input, output) -> shift(value, units.isText(), input, output)));
            }
        }
        return all.toArray(ScalarFunction[]::new);
    }

    private static void shift(SqlType type, boolean textUnits, InputChunk input, OutputVector output) {
        InputVector values = input.vector(0);
        InputVector units = input.vector(1);
        var shift = new UnitShift();
        var scratch = new Scratch();
        for (int row = 0; row < input.size(); row++) {
            if (values.isNull(row) || units.isNull(row)) {
                output.setNull(row);
                continue;
            }
            int length = shift(shift, type, values, row, unitsAt(units, textUnits, row), scratch);
            if (length == UnitShift.INVALID) {
                throw new AbiException(
                        NAME + (type.isText() ? "failed to convert String to BigDecimal: " : "") + shift.problem());
            }
            output.setBytes(row, shift.array(), 0, length);
        }
    }

    private static int unitsAt(InputVector units, boolean text, int row) {
        try {
            if (text) {
                return UnitShift.parseUnits(units.getString(row));
            }
            long value = units.getLong(row);
            return Math.abs(value) <= UnitShift.UNITS_MAX && value != Long.MIN_VALUE
                    ? (int) value
                    : UnitShift.requireUnits(BigInteger.valueOf(value));
        } catch (AbiException e) {
            throw new AbiException(NAME + e.getMessage());
        }
    }

    private static int shift(UnitShift shift, SqlType type, InputVector values, int row, int units, Scratch scratch) {
        return switch (type) {
            case SqlType.Int integer -> shift.shift(values.getLong(row), integer.signed(), units);
            case SqlType.Floating floating ->
                floating.bits() == 64
                        ? shift.shift(values.getDouble(row), units)
                        : shift.shift(values.getFloat(row), units);
            default -> {
                scratch.load(values, row);
                yield shift.shift(scratch.bytes(), 0, scratch.length(), units);
            }
        };
    }
}
