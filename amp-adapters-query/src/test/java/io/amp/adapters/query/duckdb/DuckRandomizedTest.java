package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random tables of random types, read through random plans in random batches, against the values they were made of; half of the columns pass
 * through a function in Java that takes every value apart and builds it anew.
 */
class DuckRandomizedTest {
    private static final long SEED = Long.getLong("amp.seed", System.nanoTime());

    @Test
    void everyPlanReturnsTheValuesOfTheModel() {
        run(12_000_000_000L);
    }

    @Test
    @Tag("slow")
    @Timeout(3_600)
    void everyPlanReturnsTheValuesOfTheModelForLong() {
        run(Long.getLong("amp.fuzz.seconds", 100) * 1_000_000_000L);
    }

    private static void run(long nanos) {
        Random seeds = new Random(SEED);
        long end = System.nanoTime() + nanos;
        int rounds = 0;
        while (System.nanoTime() < end) {
            long seed = rounds == 0 ? SEED : seeds.nextLong();
            try {
                new Round(seed).run();
            } catch (Throwable e) {
                throw new AssertionError("round " + rounds + ": -Damp.seed=" + seed, e);
            }
            rounds++;
        }
        assertThat(rounds).isPositive();
        System.out.println("DuckRandomizedTest: " + rounds + " rounds from -Damp.seed=" + SEED);
    }

    /** What a plan returns for one column of one row. */
    private record Select(String sql, IntFunction<Object> expected, int equalListSize) {
        Select(String sql, IntFunction<Object> expected) {
            this(sql, expected, 0);
        }
    }

    private static final class Round {
        private final Random random;
        private final boolean inFile;
        private final RandomValues values;
        private final List<DuckType> types = new ArrayList<>();
        private final List<List<Object>> model = new ArrayList<>();

        Round(long seed) {
            random = new Random(seed);
            inFile = random.nextInt(3) == 0;
            values = new RandomValues(random, inFile);
        }

        void run() throws IOException {
            int columns = 1 + random.nextInt(4);
            int rows = 1 + random.nextInt(120);
            for (int c = 0; c < columns; c++) {
                types.add(values.type(3));
            }
            for (int r = 0; r < rows; r++) {
                List<Object> row = new ArrayList<>();
                for (int c = 0; c < columns; c++) {
                    // Repeated values bring dictionaries into play.
                    boolean again = r > 0 && random.nextInt(3) == 0;
                    row.add(again ? model.get(random.nextInt(r)).get(c) : values.value(types.get(c)));
                }
                model.add(row);
            }
            try (DuckFixture duck = new DuckFixture(DuckFixture.OPEN);
                    DuckConnection connection = duck.database.connect()) {
                connection.run(IntStream.range(0, columns)
                        .mapToObj(c -> "c" + c + " " + types.get(c))
                        .collect(Collectors.joining(", ", "CREATE TABLE t (id INTEGER, ", ")")));
                connection.run(IntStream.range(0, rows)
                        .mapToObj(this::row)
                        .collect(Collectors.joining(", ", "INSERT INTO t VALUES ", "")));
                for (int c = 0; c < columns; c++) {
                    if (!holdsMap(types.get(c))) {
                        duck.database.register(Rebuild.of("rebuild" + c, types.get(c)));
                        duck.database.register(Rebuild.of("pair" + c, DuckType.array(types.get(c), 2)));
                    }
                }
                if (!inFile) {
                    checks(duck, connection);
                    return;
                }
                Path file = Files.createTempFile("amp-fuzz", ".parquet");
                try {
                    connection.run("COPY t TO '" + file + "' (FORMAT parquet, ROW_GROUP_SIZE "
                            + (1 + random.nextInt(200)) + ")");
                    connection.run("DROP TABLE t");
                    connection.run("CREATE VIEW t AS SELECT * FROM read_parquet('" + file + "')");
                    checks(duck, connection);
                } finally {
                    Files.delete(file);
                }
            }
        }

        private void checks(DuckFixture duck, DuckConnection connection) {
            for (int i = 0; i < 6; i++) {
                check(duck, connection);
            }
        }

        private String row(int id) {
            return IntStream.range(0, types.size())
                    .mapToObj(c -> RandomValues.sql(types.get(c), model.get(id).get(c)))
                    .collect(Collectors.joining(", ", "(" + id + ", ", ")"));
        }

        private static boolean holdsMap(DuckType type) {
            return type.id() == DuckType.Id.MAP
                    || type.id() == DuckType.Id.ENUM
                    || type.children().stream().anyMatch(child -> holdsMap(child.type()));
        }

        private void check(DuckFixture duck, DuckConnection connection) {
            List<Select> selects = new ArrayList<>();
            for (int c = 0; c < types.size(); c++) {
                selects.add(select(c));
            }
            int copies = random.nextInt(3) == 0 ? 1 + random.nextInt(9_000 / model.size() + 1) : 1;
            int modulus = 1 + random.nextInt(4);
            String list = selects.stream().map(Select::sql).collect(Collectors.joining(", "));
            String sql = "SELECT t.id, k, " + list + " FROM t LEFT JOIN t u ON t.id = u.id + 3, range(" + copies
                    + ") r(k) WHERE (t.id + k) % " + modulus + " = 0";
            sql += switch (random.nextInt(4)) {
                case 0 -> " ORDER BY t.id DESC, k";
                case 1 -> " ORDER BY hash(t.id * 7 + k)";
                default -> "";
            };
            BatchLimits limits = new BatchLimits(
                    random.nextBoolean() ? 16_384 : 1 + random.nextInt(3_000),
                    random.nextInt(3) == 0 ? 1 + random.nextInt(20_000) : 2 << 20);
            List<String> expected = new ArrayList<>();
            for (int id = 0; id < model.size(); id++) {
                for (long k = 0; k < copies; k++) {
                    if ((id + k) % modulus == 0) {
                        List<Object> row = new ArrayList<>(List.of(id, k));
                        int at = id;
                        selects.forEach(select -> row.add(select.expected().apply(at)));
                        expected.add(row.toString());
                    }
                }
            }
            List<String> actual;
            try (DuckStatement statement = connection.prepare(sql);
                    DuckResult result = statement.execute()) {
                Schema schema = widened(DuckFixture.natural(result.columns()), selects);
                actual = duck.rows(result, schema, limits).stream()
                        .map(Object::toString)
                        .collect(Collectors.toCollection(ArrayList::new));
            } catch (Throwable e) {
                throw new AssertionError(types + " " + sql, e);
            }
            Collections.sort(expected);
            Collections.sort(actual);
            assertThat(actual).as(types + " " + sql).isEqualTo(expected);
        }

        private Select select(int c) {
            String column = "c" + c;
            IntFunction<Object> value = id -> model.get(id).get(c);
            String rebuilt = holdsMap(types.get(c)) ? "t." + column : "rebuild" + c + "(t." + column + ")";
            return switch (random.nextInt(10)) {
                case 0 -> new Select("u." + column, id -> id < 3 ? null : value.apply(id - 3));
                case 1 ->
                    new Select(
                            "CASE WHEN t.id % 2 = 0 THEN t." + column + " END",
                            id -> id % 2 == 0 ? value.apply(id) : null);
                case 2 ->
                    new Select(
                            "[" + rebuilt + ", NULL, t." + column + "]",
                            id -> Arrays.asList(value.apply(id), null, value.apply(id)));
                case 3 ->
                    new Select(
                            "{'x': t." + column + ", 'y': u." + column + "}",
                            id -> Arrays.asList(value.apply(id), id < 3 ? null : value.apply(id - 3)));
                case 4, 5 -> new Select(rebuilt, value);
                case 6 ->
                    new Select(
                            holdsMap(types.get(c))
                                    ? "array_value(t." + column + ", NULL)"
                                    : "pair" + c + "(array_value(t." + column + ", NULL))",
                            id -> Arrays.asList(value.apply(id), null));
                case 7 ->
                    new Select(
                            "CASE WHEN t.id % 3 > 0 THEN [t." + column + ", u." + column + ", NULL] END",
                            id -> id % 3 == 0
                                    ? null
                                    : Arrays.asList(value.apply(id), id < 3 ? null : value.apply(id - 3), null),
                            3);
                default -> new Select("t." + column, value);
            };
        }

        /** Large offsets at random, fixed lists where all have one length: the values must not change. */
        private Schema widened(Schema schema, List<Select> selects) {
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < schema.getFields().size(); i++) {
                Field field = schema.getFields().get(i);
                int size = i < 2 ? 0 : selects.get(i - 2).equalListSize();
                fields.add(widened(
                        size > 0 && random.nextBoolean()
                                ? new Field(
                                        field.getName(),
                                        FieldType.nullable(new ArrowType.FixedSizeList(size)),
                                        field.getChildren())
                                : field));
            }
            return new Schema(fields);
        }

        private Field widened(Field field) {
            ArrowType type = random.nextInt(4) > 0
                    ? field.getType()
                    : switch (field.getType()) {
                        case ArrowType.Utf8 text -> ArrowType.LargeUtf8.INSTANCE;
                        case ArrowType.Binary binary -> ArrowType.LargeBinary.INSTANCE;
                        case ArrowType.List list -> ArrowType.LargeList.INSTANCE;
                        default -> field.getType();
                    };
            List<Field> children =
                    field.getChildren().stream().map(this::widened).toList();
            return new Field(field.getName(), new FieldType(field.isNullable(), type, null), children);
        }
    }
}
