package io.amp.adapters.query.bind;

import io.amp.adapters.query.bind.Scope.Found;
import io.amp.adapters.query.catalog.FunctionCatalog;
import io.amp.adapters.query.function.Arithmetic;
import io.amp.adapters.query.function.Casts;
import io.amp.adapters.query.function.FunctionCall;
import io.amp.adapters.query.function.Operators;
import io.amp.adapters.query.function.ScalarBuilder;
import io.amp.adapters.query.function.TimeFunctions;
import io.amp.adapters.query.plan.Coercion;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Exprs;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.sql.Internal;
import io.amp.adapters.query.sql.SyntaxTree;
import io.amp.adapters.query.sql.Token;
import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.Quotes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.Types;
import io.amp.ports.error.AmpException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Binds scalar expressions in one scope. Calls it cannot decide (aggregates, windows, unnest) go to its {@link Extensions}. */
class ExpressionBinder {
    /** What a place in a query allows beyond scalar expressions. */
    interface Extensions {
        /** @return null when the call is none of its kind */
        default @Nullable Bound bindCall(ExpressionBinder binder, SqlCall call) {
            return null;
        }

        /** Looks at names before ({@code first}) or after the scope did. */
        default @Nullable Bound bindName(List<String> names, boolean first) {
            return null;
        }
    }

    /** Only scalar expressions. */
    static final Extensions NONE = new Extensions() {};

    private final BindContext context;
    private final QueryBinder queries;
    private final SyntaxTree tree;
    private final Scope scope;
    private final Extensions extensions;

    ExpressionBinder(QueryBinder queries, Scope scope, Extensions extensions) {
        this.queries = queries;
        this.context = queries.context();
        this.tree = context.tree();
        this.scope = scope;
        this.extensions = extensions;
    }

    ExpressionBinder with(Extensions other) {
        return new ExpressionBinder(queries, scope, other);
    }

    SyntaxTree tree() {
        return tree;
    }

    BindContext context() {
        return context;
    }

    /** True for columns of the query itself, not of one around it. */
    boolean isLocal(Expr.Column column) {
        return scope.fields().stream().anyMatch(field -> field.column().id() == column.id());
    }

    QueryBinder queries() {
        return queries;
    }

    /** A query inside the expression. */
    BoundQuery bindSubquery(SqlNode node) {
        return queries.bindSubquery(node, scope);
    }

    private AccessBinder access() {
        return new AccessBinder(this);
    }

    private PredicateBinder predicates() {
        return new PredicateBinder(this);
    }

    Expr bindExpr(SqlNode node) {
        return bind(node).expr();
    }

    /** A condition; NULL counts as one. */
    Expr bindCondition(SqlNode node, String clause) {
        Expr condition = bindExpr(node);
        if (condition.type().isNull()) {
            return Coercion.cast(condition, Types.BOOL);
        }
        if (!(condition.type() instanceof SqlType.Bool)) {
            throw tree.invalid(
                    node,
                    "Cannot create " + clause + " with non-boolean predicate of type "
                            + ArrowText.print(condition.type()));
        }
        return condition;
    }

    Bound bind(SqlNode node) {
        return switch (node) {
            case SqlIdentifier identifier -> bindName(identifier);
            case SqlLiteral literal -> bindLiteral(literal);
            case SqlDynamicParam parameter -> bindParameter(parameter);
            case SqlCase choice -> bindCase(choice);
            case SqlCall call -> bindCall(call);
            default -> throw tree.syntax(node, "unexpected expression");
        };
    }

    // Names.

    private Bound bindName(SqlIdentifier identifier) {
        if (identifier.isStar()) {
            throw tree.syntax(identifier, "'*' is not an expression");
        }
        List<String> names = tree.names(identifier);
        Bound early = extensions.bindName(names, true);
        if (early != null) {
            return early;
        }
        try {
            Found found = scope.find(names);
            if (found != null) {
                return bindFound(identifier, found);
            }
        } catch (Scope.Ambiguous e) {
            throw tree.invalid(identifier, String.valueOf(e.getMessage()));
        }
        Bound late = extensions.bindName(names, false);
        if (late != null) {
            return late;
        }
        Bound niladic = niladicFunction(identifier);
        if (niladic != null) {
            return niladic;
        }
        throw unknownField(identifier, names);
    }

    private Bound bindFound(SqlIdentifier identifier, Found found) {
        var column = new Bound(
                found.field().column(), found.field().name(), found.field().plainLabel());
        Bound value = column;
        int first = identifier.names.size() - found.rest().size();
        for (int i = first; i < identifier.names.size(); i++) {
            value = access().dottedField(identifier, value, tree.token(identifier.names.get(i)));
        }
        return value;
    }

    /** {@code current_date} and its like need no parentheses. */
    private @Nullable Bound niladicFunction(SqlIdentifier identifier) {
        if (!identifier.isSimple() || tree.token(identifier.getSimple()).isQuoted()) {
            return null;
        }
        String name = tree.name(identifier.getSimple());
        return switch (name) {
            case "current_date", "current_time", "current_timestamp" -> {
                ScalarBuilder builder = FunctionCatalog.instance().scalar(name);
                yield builder == null
                        ? null
                        : new Bound(builder.build(functionCall(identifier, name, List.of())), name + "()");
            }
            default -> null;
        };
    }

    private AmpException unknownField(SqlNode at, List<String> names) {
        String written = names.stream().map(Quotes::nameIfNeeded).collect(Collectors.joining("."));
        String valid = scope.validFields();
        return tree.invalid(
                at, "No field named " + written + "." + (valid.isEmpty() ? "" : " Valid fields are " + valid + "."));
    }

    // Literals.

    private Bound bindLiteral(SqlLiteral literal) {
        if (literal instanceof SqlNumericLiteral number) {
            return bindNumber(number, number.bigDecimalValue());
        }
        return switch (literal.getTypeName()) {
            case NULL -> new Bound(Exprs.nullOf(Types.NULL), "NULL");
            case BOOLEAN -> {
                Boolean value = literal.getValueAs(Boolean.class);
                yield value == null
                        ? new Bound(Exprs.nullOf(Types.BOOL), "NULL")
                        : new Bound(new Literal(value, Types.BOOL), "Boolean(" + value + ")");
            }
            case CHAR -> bindText(literal);
            default -> throw tree.syntax(literal, "unexpected literal");
        };
    }

    private Bound bindText(SqlLiteral literal) {
        Token token = tree.literal(literal);
        if (token.kind() == Token.Kind.HEX) {
            return new Bound(
                    new Literal(new Expr.Hex(token.text()), Types.BINARY), "Binary(\"" + bytesOf(token.text()) + "\")");
        }
        return new Bound(Exprs.text(token.text()), "Utf8(\"" + token.text() + "\")");
    }

    private static String bytesOf(String digits) {
        var bytes = new ArrayList<String>();
        for (int i = 0; i < digits.length(); i += 2) {
            bytes.add(Integer.toString(Integer.parseInt(digits.substring(i, i + 2), 16)));
        }
        return String.join(",", bytes);
    }

    private Bound bindNumber(SqlNumericLiteral literal, @Nullable BigDecimal value) {
        if (value == null) {
            throw tree.syntax(literal, "malformed number");
        }
        if (!literal.isInteger()) {
            double number = value.doubleValue();
            if (Double.isInfinite(number)) {
                throw tree.syntax(literal, "number is out of range");
            }
            return new Bound(new Literal(number, Types.FLOAT64), "Float64(" + plain(number) + ")");
        }
        Literal integer = Coercion.integerLiteral(value.toBigIntegerExact());
        return new Bound(
                integer,
                integer.type().isInteger()
                        ? ArrowText.print(integer.type()) + "(" + integer.value() + ")"
                        : String.valueOf(integer.value()));
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private Bound bindParameter(SqlDynamicParam parameter) {
        throw tree.invalid(parameter, "placeholders need a prepared statement with bound values");
    }

    // CASE, calls.

    private Bound bindCase(SqlCase choice) {
        var labels = new StringBuilder("CASE");
        var conditions = new ArrayList<Expr>();
        var results = new ArrayList<Expr>();
        for (int i = 0; i < choice.getWhenOperands().size(); i++) {
            Bound condition = bind(choice.getWhenOperands().get(i));
            if (!(condition.expr().type() instanceof SqlType.Bool)
                    && !condition.expr().type().isNull()) {
                throw tree.invalid(
                        choice.getWhenOperands().get(i),
                        "WHEN needs a condition, not "
                                + ArrowText.print(condition.expr().type()));
            }
            Bound result = bind(choice.getThenOperands().get(i));
            conditions.add(Coercion.cast(condition.expr(), Types.BOOL));
            results.add(result.expr());
            labels.append(" WHEN ").append(condition.label()).append(" THEN ").append(result.label());
        }
        SqlNode elseNode = choice.getElseOperand();
        Bound otherwise = elseNode == null ? new Bound(Exprs.nullOf(Types.NULL), "NULL") : bind(elseNode);
        results.add(otherwise.expr());
        List<Expr> unified = Coercion.unify(results);
        if (unified == null) {
            throw tree.invalid(
                    choice,
                    "CASE branches have no common type: "
                            + results.stream()
                                    .map(r -> ArrowText.print(r.type()))
                                    .collect(Collectors.joining(", ")));
        }
        if (!Exprs.isNull(otherwise.expr())) {
            labels.append(" ELSE ").append(otherwise.label());
        }
        var branches = new ArrayList<Expr.Branch>();
        for (int i = 0; i < conditions.size(); i++) {
            branches.add(new Expr.Branch(conditions.get(i), unified.get(i)));
        }
        return new Bound(
                new Expr.Case(branches, unified.getLast(), unified.getLast().type()), labels + " END");
    }

    private Bound bindCall(SqlCall call) {
        Bound extension = extensions.bindCall(this, call);
        if (extension != null) {
            return extension;
        }
        return switch (call.getKind()) {
            case AND, OR -> bindLogical(call);
            case NOT -> bindNot(call);
            case EQUALS, NOT_EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                predicates().bindComparison(call);
            case IS_DISTINCT_FROM -> predicates().bindDistinct(call, Operators.IS_DISTINCT, "IS DISTINCT FROM");
            case IS_NOT_DISTINCT_FROM ->
                predicates().bindDistinct(call, Operators.IS_NOT_DISTINCT, "IS NOT DISTINCT FROM");
            case PLUS, MINUS, TIMES, DIVIDE, MOD -> bindArithmetic(call);
            case MINUS_PREFIX -> {
                Bound value = bind(call.operand(0));
                yield new Bound(OperatorBinder.negate(value.expr(), failure(call)), "(- " + value.label() + ")");
            }
            case PLUS_PREFIX -> bind(call.operand(0));
            case IS_NULL, IS_NOT_NULL, IS_TRUE, IS_FALSE, IS_NOT_TRUE, IS_NOT_FALSE ->
                predicates().bindIs(call);
            case BETWEEN -> predicates().bindBetween(call);
            case LIKE, SIMILAR, RLIKE, POSIX_REGEX_CASE_SENSITIVE, POSIX_REGEX_CASE_INSENSITIVE ->
                predicates().bindPattern(call);
            case IN, NOT_IN -> predicates().bindIn(call);
            case SOME, ALL -> predicates().bindQuantified(call);
            case EXISTS ->
                new Bound(
                        new Expr.Exists(
                                queries.bindSubquery(call.operand(0), scope).rel()),
                        "EXISTS");
            case CAST, SAFE_CAST -> bindCast(call);
            case ITEM -> access().bindItem(call);
            case DOT -> {
                Bound value = bind(call.operand(0));
                yield access().dottedField(call, value, tree.token(((SqlIdentifier) call.operand(1)).getSimple()));
            }
            case BITAND -> bindBits(call, Operators.BIT_AND, "&");
            case BITXOR -> bindBitOr(call);
            case SELECT, ORDER_BY, WITH, UNION, INTERSECT, EXCEPT, VALUES -> bindScalarQuery(call);
            case ROW -> throw tree.invalid(call, "a row of several values is not allowed here");
            default -> bindOther(call);
        };
    }

    private Bound bindOther(SqlCall call) {
        String operator = call.getOperator().getName();
        if (operator.equals("||")) {
            Bound left = bind(call.operand(0));
            Bound right = bind(call.operand(1));
            return new Bound(
                    OperatorBinder.concat(left.expr(), right.expr(), failure(call)),
                    left.label() + " || " + right.label());
        }
        if (operator.equals("<<")) {
            return bindShift(call);
        }
        SqlIdentifier name = SyntaxTree.functionName(call);
        if (name == null) {
            throw tree.syntax(call, "'" + operator + "' is not supported");
        }
        return bindFunction(call, name);
    }

    private Bound bindLogical(SqlCall call) {
        boolean isAnd = call.getKind() == SqlKind.AND;
        var operands = new ArrayList<Expr>();
        var labels = new ArrayList<String>();
        for (SqlNode operand : chain(call)) {
            Bound bound = bind(operand);
            if (!(bound.expr().type() instanceof SqlType.Bool)
                    && !bound.expr().type().isNull()) {
                throw tree.invalid(
                        operand,
                        call.getKind() + " needs conditions, not "
                                + ArrowText.print(bound.expr().type()));
            }
            operands.add(Coercion.cast(bound.expr(), Types.BOOL));
            labels.add(bound.label());
        }
        return new Bound(new Expr.Logical(isAnd, operands), String.join(isAnd ? " AND " : " OR ", labels));
    }

    /** Operands of a chain of equal operators, without recursion: generated statements have thousands. */
    private static List<SqlNode> chain(SqlCall call) {
        var operands = new ArrayList<SqlNode>();
        Deque<SqlNode> open = new ArrayDeque<>();
        open.push(call);
        while (!open.isEmpty()) {
            SqlNode node = open.pop();
            if (node instanceof SqlCall inner && inner.getKind() == call.getKind()) {
                open.push(inner.operand(1));
                open.push(inner.operand(0));
            } else {
                operands.add(node);
            }
        }
        return operands;
    }

    private Bound bindNot(SqlCall call) {
        Bound value = bind(call.operand(0));
        if (!(value.expr().type() instanceof SqlType.Bool)
                && !value.expr().type().isNull()) {
            throw tree.invalid(
                    call,
                    "NOT needs a condition, not " + ArrowText.print(value.expr().type()));
        }
        return new Bound(negated(Coercion.cast(value.expr(), Types.BOOL)), "NOT " + value.label());
    }

    static Expr negated(Expr condition) {
        return Operators.call(Operators.NOT, Types.BOOL, condition);
    }

    private Bound bindArithmetic(SqlCall call) {
        Arithmetic operator = switch (call.getKind()) {
            case PLUS -> Arithmetic.ADD;
            case MINUS -> Arithmetic.SUBTRACT;
            case TIMES -> Arithmetic.MULTIPLY;
            case DIVIDE -> Arithmetic.DIVIDE;
            default -> Arithmetic.MODULO;
        };
        Bound left = bind(call.operand(0));
        Bound right = bind(call.operand(1));
        return new Bound(
                OperatorBinder.arithmetic(operator, left.expr(), right.expr(), failure(call)),
                left.label() + " " + operator.symbol() + " " + right.label());
    }

    private Bound bindScalarQuery(SqlCall call) {
        BoundQuery query = queries.bindSubquery(call, scope);
        if (query.fields().size() != 1) {
            throw tree.invalid(
                    call,
                    "a scalar subquery must return one column, not "
                            + query.fields().size());
        }
        Field field = query.fields().getFirst();
        return new Bound(new Expr.ScalarQuery(query.rel(), field.column().type()), field.name());
    }

    private Bound bindCast(SqlCall call) {
        Bound value = bind(call.operand(0));
        String typeName = ((SqlDataTypeSpec) call.operand(1)).getTypeName().getSimple();
        return cast(call, value, tree.castType(typeName), call.getKind() == SqlKind.SAFE_CAST);
    }

    Bound cast(SqlCall call, Bound value, SqlType type, boolean safe) {
        Expr expr = value.expr();
        if (!Casts.isPossible(expr.type(), type)) {
            throw tree.invalid(
                    call, "Unsupported CAST from " + ArrowText.print(expr.type()) + " to " + ArrowText.print(type));
        }
        Expr converted = safe && !expr.type().equals(type) && !Exprs.isNull(expr)
                ? new Expr.Cast(expr, type, true)
                : Coercion.cast(expr, type);
        return new Bound(converted, value.name(), value.label());
    }

    private Bound bindBits(SqlCall call, ScalarFunction function, String shown) {
        return bits(call, call.operand(0), call.operand(1), function, shown);
    }

    private Bound bits(SqlCall call, SqlNode left, SqlNode right, ScalarFunction function, String shown) {
        Bound l = bind(left);
        Bound r = bind(right);
        return new Bound(
                OperatorBinder.bits(function, l.expr(), r.expr(), failure(call)),
                l.label() + " " + shown + " " + r.label());
    }

    /** {@code a | b} and {@code a ^ b}, see {@link Internal}. */
    private Bound bindBitOr(SqlCall call) {
        SqlNode marked = markedLeft(call, SqlKind.BITXOR, "^", Internal.XOR);
        return marked != null
                ? bits(call, marked, call.operand(1), Operators.BIT_XOR, "^")
                : bits(call, call.operand(0), call.operand(1), Operators.BIT_OR, "|");
    }

    private Bound bindShift(SqlCall call) {
        SqlNode marked = markedLeft(call, call.getKind(), "<<", Internal.SHIFT_RIGHT);
        return marked != null
                ? bits(call, marked, call.operand(1), Operators.SHIFT_RIGHT, ">>")
                : bits(call, call.operand(0), call.operand(1), Operators.SHIFT_LEFT, "<<");
    }

    /** For {@code (a op marker) op b}: a. */
    private static @Nullable SqlNode markedLeft(SqlCall call, SqlKind kind, String operator, String marker) {
        return call.operand(0) instanceof SqlBasicCall left
                        && left.getKind() == kind
                        && left.getOperator().getName().equals(operator)
                        && left.operand(1) instanceof SqlIdentifier name
                        && name.isSimple()
                        && name.getSimple().equals(marker)
                ? left.operand(0)
                : null;
    }

    // Functions.

    Function<String, AmpException> failure(SqlNode at) {
        return message -> tree.invalid(at, message);
    }

    FunctionCall functionCall(SqlNode at, String name, List<Expr> arguments) {
        return new FunctionCall(name, arguments, context.folder(), failure(at));
    }

    private Bound bindFunction(SqlCall call, SqlIdentifier identifier) {
        if (identifier.names.size() > 2) {
            throw tree.invalid(
                    call,
                    identifier.names.size() == 3
                            ? "Catalog-qualified function references are not supported"
                            : "Invalid function format");
        }
        if (identifier.names.size() == 2) {
            throw tree.invalid(call, "Invalid function '" + String.join(".", tree.names(identifier)) + "'");
        }
        String name = tree.name(identifier.getSimple());
        if (call.getFunctionQuantifier() != null) {
            throw tree.invalid(call, "DISTINCT is allowed in aggregate functions only, not in " + name);
        }
        ScalarBuilder builder = FunctionCatalog.instance().scalar(name);
        if (builder == null) {
            throw unknownFunction(call, name);
        }
        List<Bound> arguments = new ArrayList<>();
        for (SqlNode operand : call.getOperandList()) {
            arguments.add(bindArgument(name, operand));
        }
        Expr expr = builder.build(functionCall(
                call, shown(name), arguments.stream().map(Bound::expr).toList()));
        return new Bound(expr, label(shown(name), arguments));
    }

    private Bound bindArgument(String function, SqlNode operand) {
        if (operand instanceof SqlIdentifier identifier && identifier.isSimple()) {
            if (identifier.getSimple().equals(Internal.NOTHING)) {
                return new Bound(Exprs.nullOf(Types.NULL), "");
            }
            boolean namesField =
                    function.equals("timestamp_trunc") && TimeFunctions.isField(tree.name(identifier.getSimple()));
            if (namesField) {
                return new Bound(Exprs.text(tree.name(identifier.getSimple())), tree.name(identifier.getSimple()));
            }
        }
        if (operand.getKind() == SqlKind.ARGUMENT_ASSIGNMENT) {
            throw tree.invalid(operand, "built-in functions have no named arguments");
        }
        if (operand instanceof SqlIdentifier star && star.isStar()) {
            throw tree.invalid(operand, "'*' is an argument of count only");
        }
        if (Internal.takesToken(function)
                && operand instanceof SqlLiteral literal
                && literal.getTypeName() == SqlTypeName.CHAR) {
            String text = tree.literal(literal).text();
            return new Bound(Exprs.text(text), text.toUpperCase(Locale.ROOT));
        }
        return bind(operand);
    }

    /** Name for messages and labels of a function that stands for syntax. */
    private static String shown(String name) {
        return name.startsWith("$")
                ? switch (name) {
                    case Internal.LIST -> "make_array";
                    case Internal.STRUCT -> "named_struct";
                    case Internal.EXTRACT -> "date_part";
                    case Internal.TRIM -> "btrim";
                    case Internal.SUBSTRING -> "substr";
                    default -> name.substring(1);
                }
                : name;
    }

    static String label(String name, List<Bound> arguments) {
        return arguments.stream().map(Bound::label).collect(Collectors.joining(",", name + "(", ")"));
    }

    AmpException unknownFunction(SqlNode at, String name) {
        if (FunctionCatalog.instance().isWindowOnly(name)) {
            return tree.invalid(at, "window function '" + name + "' needs OVER");
        }
        if (FunctionCatalog.instance().aggregate(name) != null) {
            return tree.invalid(at, "aggregate function '" + name + "' is not allowed here");
        }
        return tree.invalid(
                at,
                "Invalid function '" + name + "'. Did you mean '"
                        + FunctionCatalog.instance().closest(name) + "'?");
    }
}
