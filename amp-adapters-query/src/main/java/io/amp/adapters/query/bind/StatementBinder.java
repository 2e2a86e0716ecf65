package io.amp.adapters.query.bind;

import io.amp.adapters.query.function.ConstantFolder;
import io.amp.adapters.query.sql.ParsedSql;
import io.amp.adapters.query.type.ArrowTypes;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine.ResolvedTable;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Binds a whole statement. */
public final class StatementBinder {
    private StatementBinder() {}

    /**
     * @param tables what the statement's references resolved to
     * @throws AmpException {@code INVALID_PLAN}, {@code TABLE_REFERENCE_RESOLUTION}, {@code SQL_PARSE_ERROR}
     */
    public static BoundStatement bind(
            ParsedSql parsed, Map<TableReference, ResolvedTable> tables, ConstantFolder folder) {
        var context = new BindContext(parsed.tree(), tables, folder);
        BoundQuery query = new QueryBinder(context, Map.of()).bind(parsed.tree().root(), null);
        refuseDuplicateNames(query.fields());
        var arrow = query.fields().stream()
                .map(field -> ArrowTypes.toField(
                        field.name(), field.column().type(), field.column().nullable()))
                .toList();
        return new BoundStatement(
                query.rel(), query.fields().stream().map(Field::column).toList(), TableSchema.of(arrow));
    }

    private static void refuseDuplicateNames(List<Field> fields) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        for (var field : fields) {
            byName.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.plainLabel());
        }
        List<String> repeated = byName.values().stream()
                .filter(labels -> labels.size() > 1)
                .map(labels -> String.join(" and ", labels))
                .toList();
        if (!repeated.isEmpty()) {
            throw new AmpException(
                    QueryError.INVALID_PLAN,
                    "Duplicate field names detected in plan schema: [" + String.join(", ", repeated)
                            + "]. Please alias your columns to be unique.");
        }
    }
}
