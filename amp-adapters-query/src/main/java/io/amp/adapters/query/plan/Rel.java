package io.amp.adapters.query.plan;

import io.amp.adapters.query.plan.Expr.Column;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A typed relation; immutable. */
public sealed interface Rel {
    /** Columns in order. */
    List<Column> outputs();

    /**
     * A catalogued table.
     *
     * @param id unique in the statement: the same table read twice is two scans
     * @param outputs one per column of the table
     */
    record Scan(int id, ResolvedTable table, List<Column> outputs) implements Rel {
        public Scan {
            outputs = List.copyOf(outputs);
        }
    }

    /** One row without columns. */
    record SingleRow() implements Rel {
        @Override
        public List<Column> outputs() {
            return List.of();
        }
    }

    /** A new column and what computes it. */
    record Assignment(Column column, Expr value) {}

    /** Exactly the assigned columns. */
    record Project(Rel input, List<Assignment> assignments) implements Rel {
        public Project {
            assignments = List.copyOf(assignments);
        }

        @Override
        public List<Column> outputs() {
            return assignments.stream().map(Assignment::column).toList();
        }
    }

    /** The input's columns and the assigned ones. */
    record Extend(Rel input, List<Assignment> assignments) implements Rel {
        public Extend {
            assignments = List.copyOf(assignments);
        }

        @Override
        public List<Column> outputs() {
            return concat(
                    input.outputs(),
                    assignments.stream().map(Assignment::column).toList());
        }
    }

    record Filter(Rel input, Expr condition) implements Rel {
        @Override
        public List<Column> outputs() {
            return input.outputs();
        }
    }

    /** How two relations meet. */
    enum JoinKind {
        INNER,
        LEFT,
        RIGHT,
        FULL,
        LEFT_SEMI,
        LEFT_ANTI,
        RIGHT_SEMI,
        RIGHT_ANTI;

        public boolean keepsLeft() {
            return this != RIGHT_SEMI && this != RIGHT_ANTI;
        }

        public boolean keepsRight() {
            return this != LEFT_SEMI && this != LEFT_ANTI;
        }

        public boolean makesLeftNullable() {
            return this == RIGHT || this == FULL;
        }

        public boolean makesRightNullable() {
            return this == LEFT || this == FULL;
        }
    }

    /**
     * @param condition null = every pair
     * @param lateral the right side may use columns of the left
     */
    record Join(
            JoinKind kind, Rel left, Rel right, @Nullable Expr condition, boolean lateral) implements Rel {
        @Override
        public List<Column> outputs() {
            var outputs = new ArrayList<Column>();
            if (kind.keepsLeft()) {
                left.outputs().forEach(c -> outputs.add(kind.makesLeftNullable() ? c.asNullable() : c));
            }
            if (kind.keepsRight()) {
                right.outputs().forEach(c -> outputs.add(kind.makesRightNullable() ? c.asNullable() : c));
            }
            return outputs;
        }
    }

    /** A sort key; NULLs are always placed explicitly. */
    record SortKey(Expr value, boolean descending, boolean nullsFirst) {}

    /** A call of an aggregate or window function and the column that holds its result. */
    record AggregateCall(
            AggregateFunction function,
            List<Expr> arguments,
            boolean distinct,
            List<SortKey> order,
            @Nullable Expr filter,
            boolean ignoreNulls,
            Column result) {
        public AggregateCall {
            arguments = List.copyOf(arguments);
            order = List.copyOf(order);
        }

        /** Equal calls may share one result. */
        public boolean sameAs(AggregateCall other) {
            return new AggregateCall(function, arguments, distinct, order, filter, ignoreNulls, other.result)
                    .equals(other);
        }
    }

    /**
     * Groups.
     *
     * @param keys new column per grouping column of the input
     * @param sets positions in {@code keys} per grouping set; null = one set of all keys
     * @param groupings results of GROUPING() calls
     */
    record Aggregate(
            Rel input,
            List<Assignment> keys,
            @Nullable List<List<Integer>> sets,
            List<AggregateCall> calls,
            List<Grouping> groupings)
            implements Rel {
        public Aggregate {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
            groupings = List.copyOf(groupings);
        }

        @Override
        public List<Column> outputs() {
            var outputs = new ArrayList<Column>();
            keys.forEach(key -> outputs.add(key.column()));
            calls.forEach(call -> outputs.add(call.result()));
            groupings.forEach(grouping -> outputs.add(grouping.result()));
            return outputs;
        }
    }

    /**
     * {@code GROUPING(keys)}.
     *
     * @param keys positions in the aggregate's keys
     */
    record Grouping(List<Integer> keys, Column result) {}

    /** What a frame counts. */
    enum FrameUnit {
        ROWS,
        RANGE,
        GROUPS
    }

    /** One end of a window frame. */
    sealed interface FrameBound {
        record UnboundedPreceding() implements FrameBound {}

        record Preceding(Expr offset) implements FrameBound {}

        record CurrentRow() implements FrameBound {}

        record Following(Expr offset) implements FrameBound {}

        record UnboundedFollowing() implements FrameBound {}
    }

    /** @param exclusion {@code EXCLUDE …} as the engine spells it; empty = none */
    record WindowFrame(FrameUnit unit, FrameBound start, FrameBound end, String exclusion) {}

    record WindowCall(
            AggregateCall call,
            List<Expr> partition,
            List<SortKey> order,
            @Nullable WindowFrame frame) {
        public WindowCall {
            partition = List.copyOf(partition);
            order = List.copyOf(order);
        }

        public boolean sameAs(WindowCall other) {
            return call.sameAs(other.call)
                    && partition.equals(other.partition)
                    && order.equals(other.order)
                    && Objects.equals(frame, other.frame);
        }
    }

    /** The input's columns and one per window function. */
    record Window(Rel input, List<WindowCall> calls) implements Rel {
        public Window {
            calls = List.copyOf(calls);
        }

        @Override
        public List<Column> outputs() {
            return concat(
                    input.outputs(), calls.stream().map(c -> c.call().result()).toList());
        }
    }

    /** The input's columns and the elements of lists, one row per element; shorter lists are filled with NULL. */
    record Unnest(Rel input, List<Assignment> lists) implements Rel {
        public Unnest {
            lists = List.copyOf(lists);
        }

        @Override
        public List<Column> outputs() {
            return concat(
                    input.outputs(), lists.stream().map(Assignment::column).toList());
        }
    }

    record Distinct(Rel input) implements Rel {
        @Override
        public List<Column> outputs() {
            return input.outputs();
        }
    }

    /** The first row of every group of equal keys, in the given order. */
    record DistinctOn(Rel input, List<Expr> keys, List<SortKey> order) implements Rel {
        public DistinctOn {
            keys = List.copyOf(keys);
            order = List.copyOf(order);
        }

        @Override
        public List<Column> outputs() {
            return input.outputs();
        }
    }

    /** @param limit rows at most; null = all */
    record Sort(
            Rel input,
            List<SortKey> keys,
            @Nullable Expr limit,
            @Nullable Expr offset) implements Rel {
        public Sort {
            keys = List.copyOf(keys);
        }

        @Override
        public List<Column> outputs() {
            return input.outputs();
        }
    }

    /** Operations on two relations of the same column types. */
    enum SetKind {
        UNION,
        INTERSECT,
        EXCEPT
    }

    /** Columns correspond by position. */
    record SetOperation(SetKind kind, boolean all, List<Rel> inputs, List<Column> outputs) implements Rel {
        public SetOperation {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    record Values(List<List<Expr>> rows, List<Column> outputs) implements Rel {
        public Values {
            rows = List.copyOf(rows);
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * A query that others refer to by id.
     *
     * @param recursive refers to itself; then {@code query} is the UNION of both parts
     */
    record CommonTable(int id, Rel query, List<Column> columns, boolean recursive) {
        public CommonTable {
            columns = List.copyOf(columns);
        }
    }

    record With(List<CommonTable> tables, Rel body) implements Rel {
        public With {
            tables = List.copyOf(tables);
        }

        @Override
        public List<Column> outputs() {
            return body.outputs();
        }
    }

    /** A use of a common table; columns correspond by position. */
    record CommonTableUse(int id, List<Column> columns, List<Column> outputs) implements Rel {
        public CommonTableUse {
            columns = List.copyOf(columns);
            outputs = List.copyOf(outputs);
        }
    }

    private static List<Column> concat(List<Column> left, List<Column> right) {
        var all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }
}
