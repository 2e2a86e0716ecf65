package io.amp.adapters.query.bind;

import io.amp.adapters.query.function.ListFunctions;
import io.amp.adapters.query.function.Patterns;
import io.amp.adapters.query.function.StructFunctions;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.sql.Token;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;

/** Binds access to parts of values: fields, elements, slices, and the subscripts that stand for {@code ::} and AT TIME ZONE. */
final class AccessBinder {
    private final ExpressionBinder binder;
    private final SyntaxTree tree;

    AccessBinder(ExpressionBinder binder) {
        this.binder = binder;
        this.tree = binder.tree();
    }

    /** {@code value.name}: exact spelling, then folded, then the only one that is equal without case. */
    Bound dottedField(SqlNode at, Bound value, Token name) {
        if (!(value.expr().type() instanceof SqlType.Struct struct)) {
            throw tree.invalid(
                    at,
                    "Cannot access field '" + name.text() + "' of a value of type "
                            + ArrowText.print(value.expr().type()));
        }
        int position = indexOf(struct, name.text());
        if (position < 0 && !name.isQuoted()) {
            position = indexOf(struct, name.name());
        }
        if (position < 0 && !name.isQuoted()) {
            position = onlyIgnoringCase(struct, name.text());
        }
        if (position < 0) {
            throw tree.invalid(at, StructFunctions.unknownField(name.text(), struct));
        }
        return fieldOf(value, struct, position);
    }

    private static Bound fieldOf(Bound value, SqlType.Struct struct, int position) {
        return new Bound(
                StructFunctions.field(value.expr(), struct, position),
                value.label() + "[" + struct.members().get(position).name() + "]");
    }

    private static int indexOf(SqlType.Struct struct, String name) {
        for (int i = 0; i < struct.members().size(); i++) {
            if (struct.members().get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static int onlyIgnoringCase(SqlType.Struct struct, String name) {
        int found = -1;
        for (int i = 0; i < struct.members().size(); i++) {
            if (struct.members().get(i).name().equalsIgnoreCase(name)) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    Bound bindItem(SqlCall call) {
        Bound value = binder.bind(call.operand(0));
        SqlNode index = call.operand(1);
        SqlIdentifier internal = index instanceof SqlCall function ? SyntaxTree.functionName(function) : null;
        if (index instanceof SqlCall inner && internal != null && internal.isSimple()) {
            switch (internal.getSimple()) {
                case Internal.CAST -> {
                    int number = Integer.parseInt(((SqlLiteral) inner.operand(0)).getValueAs(String.class));
                    return binder.cast(call, value, tree.type(number), false);
                }
                case Internal.AT_ZONE -> {
                    return atZone(call, value, inner.operand(0));
                }
                case Internal.SLICE -> {
                    return slice(call, value, inner);
                }
                default -> {
                    // A function of the user computes the index.
                }
            }
        }
        return switch (value.expr().type()) {
            case SqlType.Struct struct -> {
                String name = tree.text(index);
                int position = name == null ? -1 : indexOf(struct, name);
                if (position < 0) {
                    throw tree.invalid(
                            call,
                            name == null
                                    ? "a field of a struct is named by a text"
                                    : StructFunctions.unknownField(name, struct));
                }
                yield fieldOf(value, struct, position);
            }
            case SqlType.ListOf ignored -> {
                Bound position = binder.bind(index);
                Expr integer = Coercion.implicit(position.expr(), Types.INT64);
                if (integer == null) {
                    throw tree.invalid(
                            index,
                            "a list is indexed by an integer, not "
                                    + ArrowText.print(position.expr().type()));
                }
                yield new Bound(
                        ListFunctions.elementAt(value.expr(), integer), value.label() + "[" + position.label() + "]");
            }
            case SqlType.MapOf map -> {
                Bound key = binder.bind(index);
                Expr converted = Coercion.implicit(key.expr(), map.key());
                if (converted == null) {
                    throw tree.invalid(index, "the map has keys of type " + ArrowText.print(map.key()));
                }
                yield new Bound(
                        ListFunctions.valueOf(value.expr(), converted), value.label() + "[" + key.label() + "]");
            }
            default ->
                throw tree.invalid(
                        call, "a value of type " + ArrowText.print(value.expr().type()) + " has no elements");
        };
    }

    private Bound atZone(SqlCall call, Bound value, SqlNode zone) {
        String name = tree.text(zone);
        boolean isUtc =
                name != null && List.of("UTC", "+00:00", "Z", "Etc/UTC", "GMT").contains(name);
        if (!isUtc) {
            throw tree.invalid(call, "time zone '" + name + "' is not supported, only UTC");
        }
        if (!(value.expr().type() instanceof SqlType.Timestamp type)) {
            throw tree.invalid(call, "AT TIME ZONE needs a timestamp");
        }
        return new Bound(
                Coercion.cast(value.expr(), new SqlType.Timestamp(type.unit(), Types.UTC)),
                value.name(),
                value.label());
    }

    private Bound slice(SqlCall call, Bound value, SqlCall parts) {
        Expr start = slicePart(parts, 0, 1);
        Expr end = slicePart(parts, 1, -1);
        if (value.expr().type().isBinary()) {
            if (parts.operandCount() > 2) {
                throw tree.invalid(call, "slices of binaries have no step");
            }
            return new Bound(Patterns.binarySlice(value.expr(), start, end), value.label());
        }
        if (!(value.expr().type() instanceof SqlType.ListOf)) {
            throw tree.invalid(
                    call, "a value of type " + ArrowText.print(value.expr().type()) + " has no slices");
        }
        Expr step = parts.operandCount() > 2 ? slicePart(parts, 2, 1) : null;
        return new Bound(ListFunctions.slice(value.expr(), start, end, step), value.label());
    }

    private Expr slicePart(SqlCall parts, int index, long otherwise) {
        SqlNode node = parts.operand(index);
        if (node instanceof SqlIdentifier name
                && name.isSimple()
                && name.getSimple().equals(Internal.NOTHING)) {
            return Exprs.integer(otherwise);
        }
        Expr converted = Coercion.implicit(binder.bindExpr(node), Types.INT64);
        if (converted == null) {
            throw tree.invalid(node, "a slice has integer bounds");
        }
        return converted;
    }
}
