package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random statements: whatever a user writes, the answer is rows of the announced schema or an error that blames the user. An error of the
 * engine about the statement it was given is a mistake of the gate.
 */
class GateRandomizedTest {
    private static final int STATEMENTS = Integer.getInteger("amp.fuzz.statements", 1_500);

    private static final Set<QueryError> USER_ERRORS = Set.of(
            QueryError.INVALID_SQL_STRING,
            QueryError.SQL_PARSE_ERROR,
            QueryError.INVALID_PLAN,
            QueryError.INVALID_DATA,
            QueryError.TABLE_REFERENCE_RESOLUTION,
            QueryError.DATASET_NOT_FOUND,
            QueryError.TABLE_NOT_FOUND_ERROR);

    @TempDir
    Path directory;

    @Test
    void generatedStatementsRunOrAreRefused() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Map<QueryError, Integer> outcomes = run(new RandomStatements(new Random(seed))::statement, seed);
        int refused = outcomes.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(refused).as("refused statements, " + outcomes).isLessThan(STATEMENTS * 2 / 3);
    }

    @Test
    void brokenStatementsAreRefused() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        run(new RandomStatements(new Random(seed))::mutated, seed);
    }

    private Map<QueryError, Integer> run(java.util.function.Supplier<String> statements, long seed) {
        Map<QueryError, Integer> outcomes = new EnumMap<>(QueryError.class);
        try (var harness = new EngineHarness(directory)) {
            for (int i = 0; i < STATEMENTS; i++) {
                String sql = statements.get();
                String context = "-Damp.seed=" + seed + " statement " + i + ": " + sql;
                try {
                    harness.rows(sql);
                } catch (AmpException e) {
                    assertThat(e.code()).as(context + "\n" + e.getMessage()).isIn(USER_ERRORS);
                    outcomes.merge((QueryError) e.code(), 1, Integer::sum);
                } catch (RuntimeException | AssertionError | InterruptedException e) {
                    throw new AssertionError(context, e);
                }
            }
        }
        return outcomes;
    }
}
