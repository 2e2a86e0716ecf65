package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.amp.adapters.query.duckdb.DuckType.Child;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScalarFunctionTest {
    private final DuckFixture duck = DuckFixture.locked();

    @AfterEach
    void close() {
        duck.close();
        assertThat(BindData.held()).as("bind data the engine still owns").isZero();
    }

    private static ScalarFunction.Body perRow(RowBody body) {
        return (input, output) -> {
            for (int row = 0; row < input.size(); row++) {
                body.apply(input, output, row);
            }
        };
    }

    private interface RowBody {
        void apply(InputChunk input, OutputVector output, int row) throws Exception;
    }

    @Test
    void nullsReachTheBody() {
        duck.database.register(ScalarFunction.of(
                "or_else", List.of(DuckType.BIGINT, DuckType.BIGINT), DuckType.BIGINT, perRow((in, out, row) -> {
                    InputVector vector = in.vector(in.vector(0).isNull(row) ? 1 : 0);
                    if (vector.isNull(row)) {
                        out.setNull(row);
                    } else {
                        out.setLong(row, vector.getLong(row));
                    }
                    assertThat(in.anyNull(row))
                            .isEqualTo(in.vector(0).isNull(row) || in.vector(1).isNull(row));
                })));
        assertThat(duck.rows("SELECT or_else(1, 2), or_else(NULL, 2), or_else(NULL, NULL)"))
                .containsExactly(Arrays.asList(1L, 2L, null));
        assertThat(duck.single("SELECT sum(or_else(CASE WHEN i % 2 = 0 THEN i END, 1)) FROM range(10000) t(i)"))
                .isEqualTo(new java.math.BigDecimal(24_995_000 + 5_000));
    }

    @Test
    void whatTheBodyThrowsIsTheCause() {
        IOException thrown = new IOException("node says no");
        duck.database.register(ScalarFunction.of("fails", List.of(DuckType.BIGINT), DuckType.BIGINT, (in, out) -> {
            throw thrown;
        }));
        for (String sql : List.of(
                "SELECT fails(1)",
                "SELECT fails(i) FROM range(100000) t(i)",
                "SELECT sum(fails(i)) FROM range(100000) t(i)",
                "SELECT * FROM range(1000) t(i) WHERE fails(i) > 3")) {
            DuckException failure = catchThrowableOfType(DuckException.class, () -> duck.rows(sql));
            assertThat(failure).as(sql).hasMessage("node says no").hasCause(thrown);
            assertThat(failure.error()).isEqualTo(DuckError.INVALID_INPUT);
        }
        assertThat(duck.database.isUsable()).isTrue();
    }

    @Test
    void errorsAndStrangeMessagesDoNotKillTheProcess() {
        List<Throwable> failures = Arrays.asList(
                new StackOverflowError(),
                new OutOfMemoryError("heap"),
                new RuntimeException((String) null),
                new RuntimeException("zero \0 inside"),
                new RuntimeException("x".repeat(1_000_000)),
                new RuntimeException("lone \ud800 surrogate"));
        for (int i = 0; i < failures.size(); i++) {
            Throwable failure = failures.get(i);
            duck.database.register(ScalarFunction.of("strange" + i, List.of(), DuckType.BIGINT, (in, out) -> {
                        switch (failure) {
                            case Error error -> throw error;
                            case Exception exception -> throw exception;
                            default -> throw new AssertionError();
                        }
                    })
                    .asVolatile());
            String sql = "SELECT strange" + i + "()";
            assertThat(catchThrowableOfType(DuckException.class, () -> duck.rows(sql)))
                    .hasCause(failure);
        }
    }

    @Test
    void aTryExpressionTurnsAFailureIntoNull() {
        duck.database.register(ScalarFunction.of(
                "odd_fails", List.of(DuckType.BIGINT), DuckType.BIGINT, perRow((in, out, row) -> {
                    if (in.vector(0).getLong(row) % 2 == 1) {
                        throw new IllegalArgumentException("odd");
                    }
                    out.setLong(row, in.vector(0).getLong(row));
                })));
        assertThat(duck.rows("SELECT TRY(odd_fails(i)) FROM range(4) t(i) ORDER BY i"))
                .containsExactly(List.of(0L), Arrays.asList((Object) null), List.of(2L), Arrays.asList((Object) null));
    }

    @Test
    void nullStructsAreNullInEveryPart() {
        DuckType inner = DuckType.struct(List.of(
                new Child("text", DuckType.VARCHAR),
                new Child("list", DuckType.list(DuckType.BLOB)),
                new Child("pair", DuckType.array(DuckType.VARCHAR, 2))));
        DuckType outer = DuckType.struct(List.of(new Child("inner", inner), new Child("n", DuckType.BIGINT)));
        duck.database.register(ScalarFunction.of("make", List.of(DuckType.BIGINT), outer, perRow((in, out, row) -> {
            long n = in.vector(0).getLong(row);
            out.child(1).setLong(row, n);
            switch ((int) (n % 3)) {
                case 0 -> out.setNull(row);
                case 1 -> out.child(0).setNull(row);
                default -> {
                    OutputVector part = out.child(0);
                    part.child(0).setString(row, "text longer than twelve bytes " + n);
                    int start = part.child(1).setList(row, (int) (n % 5));
                    for (int i = 0; i < n % 5; i++) {
                        part.child(1).child(0).setBytes(start + i, new byte[20]);
                    }
                    part.child(2).child(0).setNull(row * 2);
                    part.child(2).child(0).setString(row * 2 + 1, "second");
                }
            }
        })));
        List<List<Object>> rows = duck.rows("SELECT make(i), i FROM range(20000) t(i) ORDER BY i DESC");
        assertThat(rows).hasSize(20_000);
        for (List<Object> row : rows) {
            long n = (long) row.get(1);
            Object expected = switch ((int) (n % 3)) {
                case 0 -> null;
                case 1 -> Arrays.asList(null, n);
                default ->
                    List.of(
                            List.of(
                                    "text longer than twelve bytes " + n,
                                    IntStream.range(0, (int) (n % 5))
                                            .mapToObj(i -> "00".repeat(20))
                                            .toList(),
                                    Arrays.asList(null, "second")),
                            n);
            };
            assertThat(row.getFirst()).isEqualTo(expected);
        }
        assertThat(duck.rows("SELECT count(*), count(m), count(m.inner), count(m.inner.text), count(m.inner.pair) "
                        + "FROM (SELECT make(i) AS m FROM range(30000) t(i))"))
                .containsExactly(List.of(30_000L, 20_000L, 10_000L, 10_000L, 10_000L));
    }

    @Test
    void overloadsAreChosenByTheirParameters() {
        duck.database.register(
                ScalarFunction.of(
                        "kind",
                        List.of(DuckType.BLOB),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(row, "blob"))),
                ScalarFunction.of(
                        "kind",
                        List.of(DuckType.list(DuckType.BIGINT)),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(row, "list"))),
                ScalarFunction.of(
                        "kind",
                        List.of(DuckType.BIGINT, DuckType.BIGINT),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(row, "two"))));
        assertThat(duck.rows("SELECT kind('\\xAA'::BLOB), kind([1, 2]), kind(1, 2)"))
                .containsExactly(List.of("blob", "list", "two"));
        DuckException none = catchThrowableOfType(DuckException.class, () -> duck.rows("SELECT kind(1, 2, 3)"));
        assertThat(none.error()).isEqualTo(DuckError.BINDER);
    }

    @Test
    void twoOverloadsWithTheSameParametersAreRefused() {
        ScalarFunction one = ScalarFunction.of("same", List.of(DuckType.BLOB), DuckType.BLOB, (in, out) -> {});
        assertThatThrownBy(() -> duck.database.register(one, one)).isInstanceOf(IllegalArgumentException.class);
        ScalarFunction other = ScalarFunction.of("other", List.of(), DuckType.BLOB, (in, out) -> {});
        assertThatThrownBy(() -> duck.database.register(one, other)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> duck.database.register(new ScalarFunction[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLaterFunctionTakesThePlaceOfTheSame() {
        for (long version = 1; version <= 3; version++) {
            long result = version;
            duck.database.register(ScalarFunction.of(
                    "versioned",
                    List.of(DuckType.BIGINT),
                    DuckType.BIGINT,
                    perRow((in, out, row) -> out.setLong(row, result))));
            assertThat(duck.single("SELECT versioned(7)")).isEqualTo(version);
        }
    }

    @Test
    void variableArgumentsOfAnyTypeTellTheirTypes() {
        duck.database.register(ScalarFunction.of(
                        "types",
                        List.of(),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(
                                row,
                                IntStream.range(0, in.columns())
                                        .mapToObj(i -> in.vector(i).type().toString())
                                        .toList()
                                        .toString())))
                .withVarargs(DuckType.ANY));
        assertThat(duck.single("SELECT types(1, 'a', {'x': [1.5]}, MAP {'k': '\\xAA'::BLOB})"))
                .isEqualTo("[INTEGER, VARCHAR, STRUCT(\"x\" DECIMAL(2,1)[]), MAP(VARCHAR, BLOB)]");
    }

    @Test
    void theBinderSeesConstantsAndGivesTheBodyWhatItMade() {
        AtomicInteger bound = new AtomicInteger();
        duck.database.register(ScalarFunction.of(
                        "bound",
                        List.of(DuckType.BIGINT, DuckType.VARCHAR, DuckType.BLOB),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(
                                row, in.bound() + "/" + in.vector(0).getLong(row))))
                .withBinder(arguments -> {
                    bound.incrementAndGet();
                    if (!arguments.get(1).constant()) {
                        throw new IllegalArgumentException("expected a string literal");
                    }
                    Object blob = arguments.get(2).value();
                    return arguments.get(0).constant() + " " + arguments.get(1).value() + " "
                            + (blob instanceof byte[] bytes ? Arrays.toString(bytes) : blob);
                }));
        assertThat(duck.rows("SELECT bound(i, 'a' || 'b', unhex('00ff')) FROM range(2) t(i) ORDER BY i"))
                .containsExactly(List.of("false ab [0, -1]/0"), List.of("false ab [0, -1]/1"));
        assertThat(duck.single("SELECT bound(1, NULL, NULL)")).isEqualTo("true null null/1");
        assertThat(bound).hasPositiveValue();
        DuckException refused = catchThrowableOfType(
                DuckException.class, () -> duck.rows("SELECT bound(1, i::VARCHAR, NULL) FROM range(2) t(i)"));
        assertThat(refused.error()).isEqualTo(DuckError.BINDER);
        assertThat(refused).hasMessage("expected a string literal").hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachUseOfAFunctionHasItsOwnBinding() {
        duck.database.register(ScalarFunction.of(
                        "tag",
                        List.of(DuckType.VARCHAR),
                        DuckType.VARCHAR,
                        perRow((in, out, row) -> out.setString(row, "" + in.bound())))
                .withBinder(arguments -> arguments.getFirst().value()));
        assertThat(duck.rows("SELECT tag('a'), tag('b'), tag('a') FROM range(5000) WHERE tag('c') = 'c'"))
                .hasSize(5000)
                .containsOnly(List.of("a", "b", "a"));
    }

    @Test
    void volatileFunctionsRunForEveryRowAndOthersAreFolded() {
        AtomicInteger rows = new AtomicInteger();
        ScalarFunction counting =
                ScalarFunction.of("counting", List.of(DuckType.BIGINT), DuckType.BIGINT, (in, out) -> {
                    for (int row = 0; row < in.size(); row++) {
                        out.setLong(row, rows.incrementAndGet());
                    }
                });
        duck.database.register(counting);
        assertThat(duck.rows("SELECT counting(1) FROM range(5000)"))
                .hasSize(5000)
                .containsOnly(List.of(1L));
        assertThat(rows).hasValue(1);
        duck.database.register(new ScalarFunction(
                "counting_volatile", counting.parameters(), null, counting.result(), true, null, counting.body()));
        duck.rows("SELECT counting_volatile(1) FROM range(5000)");
        assertThat(rows).hasValue(5001);
    }

    @Test
    void functionsAreSeenByConnectionsThatWereThereBefore() {
        try (DuckConnection connection = duck.database.connect()) {
            duck.rows(connection, "SELECT 1");
            duck.database.register(ScalarFunction.of(
                    "late", List.of(), DuckType.BIGINT, perRow((in, out, row) -> out.setLong(row, 9))));
            assertThat(duck.rows(connection, "SELECT late()")).containsExactly(List.of(9L));
        }
    }

    @Test
    void functionsRunInSeveralThreadsAtATime() {
        duck.database.register(ScalarFunction.of(
                "twice", List.of(DuckType.VARCHAR), DuckType.VARCHAR, perRow((in, out, row) -> {
                    byte[] text = in.vector(0).getBytes(row);
                    byte[] twice = Arrays.copyOf(text, text.length * 2);
                    System.arraycopy(text, 0, twice, text.length, text.length);
                    out.setBytes(row, twice);
                })));
        assertThat(duck.rows("SELECT count(*) FROM range(1000000) t(i) WHERE twice(i::VARCHAR) <> i || '' || i"))
                .containsExactly(List.of(0L));
    }
}
