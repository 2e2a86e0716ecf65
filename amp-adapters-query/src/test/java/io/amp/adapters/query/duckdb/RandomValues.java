package io.amp.adapters.query.duckdb;

import io.amp.adapters.query.duckdb.DuckType.Child;
import io.amp.adapters.query.duckdb.DuckType.Id;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Random types, random values of them as {@link DuckFixture#value} shows them, and the SQL that makes those values. */
final class RandomValues {
    private static final Id[] SCALARS = {
        Id.BOOLEAN,
        Id.TINYINT,
        Id.SMALLINT,
        Id.INTEGER,
        Id.BIGINT,
        Id.UTINYINT,
        Id.USMALLINT,
        Id.UINTEGER,
        Id.UBIGINT,
        Id.HUGEINT,
        Id.UHUGEINT,
        Id.BIGNUM,
        Id.FLOAT,
        Id.DOUBLE,
        Id.DECIMAL,
        Id.VARCHAR,
        Id.BLOB,
        Id.DATE,
        Id.TIME,
        Id.TIMESTAMP_S,
        Id.TIMESTAMP_MS,
        Id.TIMESTAMP,
        Id.TIMESTAMP_NS,
        Id.TIMESTAMP_TZ,
        Id.INTERVAL,
        Id.UUID,
        Id.ENUM
    };
    private static final List<String> LABELS = List.of("a", "", "it's", "a label that is longer than twelve bytes");
    private static final long NANOS_MAX = Long.MAX_VALUE;

    /** What a Parquet file of the engine does not give back as it was. */
    private static final Set<Id> CHANGED_BY_FILES =
            EnumSet.of(Id.HUGEINT, Id.UHUGEINT, Id.BIGNUM, Id.INTERVAL, Id.TIMESTAMP_S, Id.TIMESTAMP_MS, Id.ENUM);

    private final Random random;
    private final boolean forFiles;
    private final double nulls;

    /** @param forFiles only types that a Parquet file keeps */
    RandomValues(Random random, boolean forFiles) {
        this.random = random;
        this.forFiles = forFiles;
        this.nulls = random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.6;
    }

    DuckType type(int depth) {
        if (depth > 0 && random.nextInt(10) < 5) {
            // No arrays: version 2.0.0 corrupts them in joins that carry two of them.
            return switch (random.nextInt(3)) {
                case 0 -> DuckType.list(type(depth - 1));
                case 1 -> DuckType.map(random.nextBoolean() ? DuckType.VARCHAR : DuckType.INTEGER, type(depth - 1));
                default -> {
                    List<Child> fields = new ArrayList<>();
                    for (int i = 0; i <= random.nextInt(3); i++) {
                        fields.add(new Child((i % 2 == 0 ? "f " : "\"F") + i, type(depth - 1)));
                    }
                    yield DuckType.struct(fields);
                }
            };
        }
        Id id = SCALARS[random.nextInt(SCALARS.length)];
        while (forFiles && CHANGED_BY_FILES.contains(id)) {
            id = SCALARS[random.nextInt(SCALARS.length)];
        }
        return switch (id) {
            case DECIMAL -> {
                int width = 1 + random.nextInt(38);
                yield DuckType.decimal(width, random.nextInt(width + 1));
            }
            case ENUM -> new DuckType(Id.ENUM, 0, 0, 0, List.of(), LABELS);
            default -> DuckType.plain(id);
        };
    }

    Object value(DuckType type) {
        return random.nextDouble() < nulls ? null : valid(type);
    }

    private Object valid(DuckType type) {
        return switch (type.id()) {
            case BOOLEAN -> random.nextBoolean();
            case TINYINT -> (byte) bits(7);
            case SMALLINT -> (short) bits(15);
            case INTEGER, DATE -> type.id() == Id.DATE ? (Object) random.nextInt(-700_000, 700_000) : (int) bits(31);
            case BIGINT -> bits(63);
            case UTINYINT -> (long) random.nextInt(256);
            case USMALLINT -> (long) random.nextInt(65536);
            case UINTEGER -> random.nextLong(1L << 32);
            case UBIGINT -> new BigInteger(1 + random.nextInt(64), random);
            case HUGEINT -> new BigDecimal(signed(digits(38)));
            case UHUGEINT -> new BigDecimal(digits(38));
            case BIGNUM -> new BigDecimal(signed(digits(76)));
            case DECIMAL -> new BigDecimal(signed(digits(type.width())), type.scale());
            case FLOAT -> Float.intBitsToFloat(random.nextInt()) + 0f;
            case DOUBLE -> Double.longBitsToDouble(random.nextLong()) + 0d;
            case VARCHAR -> text();
            case BLOB -> {
                byte[] bytes = new byte[length()];
                random.nextBytes(bytes);
                yield HexFormat.of().formatHex(bytes);
            }
            case TIME -> random.nextLong(86_400_000_000L) * 1_000;
            case TIMESTAMP_S -> nanos(1_000_000_000);
            case TIMESTAMP_MS -> nanos(1_000_000);
            case TIMESTAMP, TIMESTAMP_TZ -> nanos(1_000);
            case TIMESTAMP_NS -> nanos(1);
            case INTERVAL -> List.of(random.nextInt(-999, 999), random.nextInt(-99, 99), (bits(50)) * 1_000);
            case UUID -> new UUID(random.nextLong(), random.nextLong()).toString();
            case ENUM -> LABELS.get(random.nextInt(LABELS.size()));
            case LIST -> elements(type.child(0), random.nextInt(5));
            case ARRAY -> elements(type.child(0), type.size());
            case STRUCT -> {
                List<Object> fields = new ArrayList<>();
                type.children().forEach(child -> fields.add(value(child.type())));
                yield fields;
            }
            case MAP -> {
                List<Object> entries = new ArrayList<>();
                int count = random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    List<Object> entry = new ArrayList<>();
                    entry.add(type.child(0).id() == Id.INTEGER ? (Object) i : "key " + "-".repeat(4 * i) + i);
                    entry.add(value(type.child(1)));
                    entries.add(entry);
                }
                yield entries;
            }
            default -> throw new IllegalStateException(type.toString());
        };
    }

    private List<Object> elements(DuckType type, int count) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(value(type));
        }
        return elements;
    }

    private long bits(int bits) {
        long extreme = (1L << bits) - 1;
        return switch (random.nextInt(6)) {
            case 0 -> extreme;
            case 1 -> ~extreme;
            default -> random.nextLong() >> (63 - bits);
        };
    }

    private BigInteger digits(int max) {
        BigInteger bound = BigInteger.TEN.pow(1 + random.nextInt(max));
        return random.nextInt(5) == 0
                ? bound.subtract(BigInteger.ONE)
                : new BigInteger(bound.bitLength() + 8, random).mod(bound);
    }

    private BigInteger signed(BigInteger magnitude) {
        return random.nextBoolean() ? magnitude.negate() : magnitude;
    }

    private long nanos(long unit) {
        // The engine reserves the extremes of its counts for infinity.
        return random.nextLong(-(NANOS_MAX / unit) + 1, NANOS_MAX / unit) * unit;
    }

    private int length() {
        return random.nextInt(8) == 0 ? random.nextInt(300) : random.nextInt(20);
    }

    private String text() {
        int[] points = random.ints(length(), 1, 0x11000)
                .map(point ->
                        point >= 0x10000 ? 0x1F600 + point % 64 : Character.isSurrogate((char) point) ? 'x' : point)
                .map(point -> random.nextInt(3) == 0 ? point : 'a' + point % 26)
                .toArray();
        return new String(points, 0, points.length);
    }

    /** An expression of exactly {@code type} and {@code value}. */
    static String sql(DuckType type, Object value) {
        return "CAST(" + (value == null ? "NULL" : expression(type, value)) + " AS " + type + ")";
    }

    private static String expression(DuckType type, Object value) {
        return switch (type.id()) {
            case BLOB -> "unhex('" + value + "')";
            case DATE -> "DATE '1970-01-01' + (" + value + ")";
            case TIME -> "'" + LocalTime.ofNanoOfDay((long) value) + "'";
            case TIMESTAMP_NS -> "make_timestamp_ns(" + value + ")";
            case TIMESTAMP_TZ -> "make_timestamptz(" + (long) value / 1_000 + ")";
            case TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS -> "make_timestamp(" + (long) value / 1_000 + ")";
            case INTERVAL -> {
                List<?> parts = (List<?>) value;
                yield "to_months(" + parts.get(0) + ") + to_days(" + parts.get(1) + ") + to_microseconds("
                        + (long) parts.get(2) / 1_000 + ")";
            }
            case LIST, ARRAY ->
                ((List<?>) value).stream().map(e -> sql(type.child(0), e)).collect(Collectors.joining(", ", "[", "]"));
            case STRUCT -> {
                List<String> fields = new ArrayList<>();
                for (int i = 0; i < type.children().size(); i++) {
                    String name = type.children().get(i).name().replace("'", "''");
                    fields.add("'" + name + "': " + sql(type.child(i), ((List<?>) value).get(i)));
                }
                yield "{" + String.join(", ", fields) + "}";
            }
            case MAP -> {
                List<?> entries = (List<?>) value;
                String keys = entries.stream()
                        .map(e -> sql(type.child(0), ((List<?>) e).get(0)))
                        .collect(Collectors.joining(", "));
                String values = entries.stream()
                        .map(e -> sql(type.child(1), ((List<?>) e).get(1)))
                        .collect(Collectors.joining(", "));
                yield "MAP([" + keys + "], [" + values + "])";
            }
            case DECIMAL, HUGEINT, UHUGEINT, BIGNUM -> "'" + ((BigDecimal) value).toPlainString() + "'";
            default -> "'" + value.toString().replace("'", "''") + "'";
        };
    }
}
