package io.amp.adapters.query.exec;

import io.amp.adapters.query.duckdb.BatchLimits;
import io.amp.adapters.query.duckdb.DuckConnection;
import io.amp.adapters.query.duckdb.DuckException;
import io.amp.adapters.query.duckdb.DuckResult;
import io.amp.adapters.query.duckdb.DuckStatement;
import io.amp.adapters.query.emit.ExportEmitter;
import io.amp.adapters.query.emit.SqlEmitter;
import io.amp.adapters.query.function.ConstantFolder;
import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Expr.Literal;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rel.Assignment;
import io.amp.adapters.query.type.ArrowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Evaluates constant expressions with the engine, so that folding means exactly what running means. */
final class ConstantEvaluation implements ConstantFolder {
    private final Supplier<EngineDatabase> database;
    private final BufferAllocator allocator;

    ConstantEvaluation(Supplier<EngineDatabase> database, BufferAllocator allocator) {
        this.database = database;
        this.allocator = allocator;
    }

    @Override
    public Literal evaluate(Expr constant) {
        if (constant instanceof Literal literal) {
            return literal;
        }
        Literal value = evaluate(List.of(constant)).getFirst();
        if (value == null) {
            throw new IllegalArgumentException("values of type " + constant.type() + " are no literals");
        }
        return value;
    }

    /** One value per expression; null where its type has no literals, which then was evaluated for its errors only. */
    List<@Nullable Literal> evaluate(List<Expr> constants) {
        var assignments = new ArrayList<Assignment>();
        for (int i = 0; i < constants.size(); i++) {
            Expr constant = constants.get(i);
            assignments.add(new Assignment(new Column(i + 1, constant.type(), true), constant));
        }
        List<Column> outputs = assignments.stream().map(Assignment::column).toList();
        var emitter = new SqlEmitter(scan -> {
            throw new IllegalStateException("a constant reads no table");
        });
        String sql =
                emitter.statement(new Rel.Project(new Rel.SingleRow(), assignments), outputs, ExportEmitter::export);
        List<Field> fields = outputs.stream()
                .map(column -> ArrowTypes.toField(SqlEmitter.column(column), column.type(), true))
                .toList();
        try (DuckConnection connection = database.get().connect(emitter.functions());
                DuckStatement statement = connection.prepare(sql);
                DuckResult result = statement.execute();
                VectorSchemaRoot batch = result.export(new Schema(fields), allocator, BatchLimits.DEFAULT)
                        .next()) {
            if (batch == null) {
                throw new IllegalStateException("a row of constants is missing");
            }
            var values = new ArrayList<@Nullable Literal>();
            for (int i = 0; i < constants.size(); i++) {
                values.add(
                        LiteralReader.read(batch.getVector(i), constants.get(i).type()));
            }
            return values;
        } catch (DuckException e) {
            throw EngineErrors.constant(e);
        }
    }
}
