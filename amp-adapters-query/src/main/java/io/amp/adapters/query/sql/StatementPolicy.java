package io.amp.adapters.query.sql;

import io.amp.ports.query.QueryError;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Only queries may run (query specification, section 1.12); decided by the word a statement starts with. */
final class StatementPolicy {
    private static final Set<String> DDL =
            Set.of("CREATE", "DROP", "ALTER", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "RENAME");
    private static final Set<String> DML = Set.of(
            "INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "UPSERT", "REPLACE", "LOAD", "UNLOAD", "IMPORT", "EXPORT");
    private static final Set<String> OTHER = Set.of(
            "SET",
            "RESET",
            "BEGIN",
            "START",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT",
            "RELEASE",
            "PREPARE",
            "EXECUTE",
            "DEALLOCATE",
            "CALL",
            "USE",
            "ANALYZE",
            "VACUUM",
            "ATTACH",
            "DETACH",
            "INSTALL",
            "PRAGMA",
            "CHECKPOINT",
            "DECLARE",
            "CLOSE",
            "DO",
            "LOCK",
            "UNLOCK",
            "KILL",
            "LISTEN",
            "NOTIFY",
            "UNLISTEN",
            "CACHE",
            "UNCACHE",
            "REFRESH",
            "OPTIMIZE",
            "FLUSH",
            "ABORT",
            "END",
            "MSCK",
            "SHOW",
            "ASSERT",
            "DISCARD");

    private static final Map<String, String> REFUSALS = Stream.of(
                    DDL.stream().map(word -> Map.entry(word, "DDL not supported: ")),
                    DML.stream().map(word -> Map.entry(word, "DML not supported: ")),
                    OTHER.stream().map(word -> Map.entry(word, "Statement not supported: ")))
            .flatMap(stream -> stream)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue() + entry.getKey()));

    private StatementPolicy() {}

    /** Refuses a statement that starts with this token; words that start no statement at all are left to the parser. */
    static void check(SourceText source, Token first) {
        String refusal = refusal(first);
        if (refusal != null) {
            throw source.error(
                    QueryError.INVALID_PLAN, first.start(), "query plan violates read-only constraints: " + refusal);
        }
    }

    private static @Nullable String refusal(Token first) {
        return REFUSALS.get(first.keyword());
    }
}
