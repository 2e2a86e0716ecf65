package io.amp.core.query;

import io.amp.ports.batch.BatchStream;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryEngine;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.TableReference;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An engine that understands FROM and JOIN, answers without rows and remembers which segments it was given. */
final class RegexEngine implements QueryEngine {
    private static final Pattern TABLE = Pattern.compile("(?i)(?:FROM|JOIN)\\s+(?:\"([^\"]+)\"\\.|(\\w+)\\.)?(\\w+)");

    final List<Map<TableKey, List<Segment>>> executed = new ArrayList<>();
    int open;
    boolean failing;

    @Override
    public ParsedStatement parse(String sql) {
        Set<TableReference> tables = new LinkedHashSet<>();
        Matcher matcher = TABLE.matcher(sql);
        while (matcher.find()) {
            String schema = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            tables.add(new TableReference(schema, matcher.group(3), 1, matcher.start(3) + 1));
        }
        return new Statement(sql, tables, sql.toLowerCase(Locale.ROOT).contains("stream = true"));
    }

    @Override
    public Plan plan(ParsedStatement statement, Map<TableReference, ResolvedTable> tables) {
        return new Compiled(
                tables.values().iterator().next().definition().schema(),
                tables.values().stream().map(ResolvedTable::key).collect(Collectors.toSet()));
    }

    @Override
    public BatchStream execute(Plan plan, Map<TableKey, List<Segment>> segments, ExecutionOptions options) {
        if (failing) {
            throw new AmpException(QueryError.EXECUTION_ERROR, "out of order");
        }
        executed.add(segments);
        open++;
        return new BatchStream() {
            @Override
            public TableSchema schema() {
                return plan.schema();
            }

            @Override
            public @Nullable RecordBatch next() {
                return null;
            }

            @Override
            public void cancel() {}

            @Override
            public void close() {
                open--;
            }
        };
    }

    @Override
    public void close() {}

    private record Statement(String sql, Set<TableReference> tables, boolean isStreaming) implements ParsedStatement {}

    private record Compiled(TableSchema schema, Set<TableKey> tables) implements Plan {}
}
