package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AggregateFunctionTest {
    private final DuckFixture duck = DuckFixture.locked();

    @AfterEach
    void close() {
        duck.close();
    }

    /** Sum of hashes of texts and the number of nulls: two words, any order. */
    private static final class Fingerprint implements AggregateFunction.Steps {
        @Override
        public void initialize(MemorySegment state) {
            state.set(ValueLayout.JAVA_LONG, 0, 17);
            state.set(ValueLayout.JAVA_LONG, 8, 0);
        }

        @Override
        public void update(InputChunk input, int row, MemorySegment state) {
            for (int i = 0; i < input.columns(); i++) {
                InputVector vector = input.vector(i);
                if (vector.isNull(row)) {
                    add(state, 8, 1);
                } else {
                    String text = vector.getString(row);
                    if (text.equals("poison")) {
                        throw new IllegalArgumentException("poisoned");
                    }
                    add(state, 0, text.hashCode());
                }
            }
        }

        @Override
        public void combine(MemorySegment source, MemorySegment target) {
            add(target, 0, source.get(ValueLayout.JAVA_LONG, 0) - 17);
            add(target, 8, source.get(ValueLayout.JAVA_LONG, 8));
        }

        @Override
        public void finish(MemorySegment state, OutputVector output, int row) {
            output.setBytes(row, state);
        }

        private static void add(MemorySegment state, long at, long number) {
            state.set(ValueLayout.JAVA_LONG, at, state.get(ValueLayout.JAVA_LONG, at) + number);
        }
    }

    private static AggregateFunction fingerprint(int parameters) {
        return new AggregateFunction(
                "fingerprint", Collections.nCopies(parameters, DuckType.VARCHAR), DuckType.BLOB, 16, new Fingerprint());
    }

    private static String expected(long hash, long nulls) {
        return HexFormat.of().toHexDigits(Long.reverseBytes(hash))
                + HexFormat.of().toHexDigits(Long.reverseBytes(nulls));
    }

    @Test
    void foldsCombinesAndFinishes() {
        duck.database.register(fingerprint(1), fingerprint(2));
        long hash = 17;
        for (int i = 0; i < 300_000; i++) {
            hash += i % 3 == 0 ? 0 : ("t" + i).hashCode();
        }
        String sql = "FROM (SELECT CASE WHEN i %% 3 > 0 THEN 't' || i END AS t, i FROM range(%d) r(i))";
        assertThat(duck.single("SELECT fingerprint(t) " + sql.formatted(300_000)))
                .isEqualTo(expected(hash, 100_000));
        assertThat(duck.single("SELECT fingerprint(t) " + sql.formatted(0))).isEqualTo(expected(17, 0));
        assertThat(duck.single("SELECT fingerprint(t, NULL) " + sql.formatted(300_000)))
                .isEqualTo(expected(hash, 400_000));
    }

    @Test
    void groupsFiltersAndWindows() {
        duck.database.register(fingerprint(1));
        List<List<Object>> groups = duck.rows(
                "SELECT i % 1000, fingerprint('x' || i) FILTER (WHERE i < 5000) FROM range(100000) t(i) GROUP BY ALL");
        assertThat(groups).hasSize(1000);
        for (List<Object> group : groups) {
            long hash = 17;
            for (long i = (long) group.get(0); i < 5000; i += 1000) {
                hash += ("x" + i).hashCode();
            }
            assertThat(group.get(1)).isEqualTo(expected(hash, 0));
        }
        assertThat(duck.rows("SELECT fingerprint('x' || i) OVER (ORDER BY i) FROM range(3) t(i) ORDER BY i")
                        .getLast())
                .containsExactly(expected(17L + "x0".hashCode() + "x1".hashCode() + "x2".hashCode(), 0));
    }

    @Test
    void failuresReachTheCaller() {
        duck.database.register(fingerprint(1));
        DuckException failure = catchThrowableOfType(
                DuckException.class,
                () -> duck.rows("SELECT fingerprint(CASE WHEN i = 70000 THEN 'poison' END) FROM range(100000) t(i)"));
        assertThat(failure).hasMessage("poisoned").hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(duck.database.isUsable()).isTrue();
    }
}
