package io.amp.adapters.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Statements of the dialect by grammar, over the tiny dataset. Expressions are typed, so most are valid; some are not, on purpose. */
final class RandomStatements {
    private final Random random;
    private int aliases;

    RandomStatements(Random random) {
        this.random = random;
    }

    /** Kinds of values. */
    private enum Kind {
        INT,
        UINT,
        DECIMAL,
        FLOAT,
        TEXT,
        BINARY,
        BOOL,
        TIME,
        LIST
    }

    private static final Map<Kind, List<String>> TEMPLATES = Map.of(
            Kind.INT,
                    List.of(
                            "1",
                            "-7",
                            "42",
                            "CAST({u} AS BIGINT)",
                            "{i} + {i}",
                            "{i} - {i}",
                            "{i} * 2",
                            "{i} % 7",
                            "abs({i} % 100)",
                            "length({t})",
                            "{l}[{i} % 3]",
                            "CASE WHEN {b} THEN {i} ELSE {i} END",
                            "coalesce({i}, 0)",
                            "nullif({i}, 3)",
                            "greatest({i}, {i})",
                            "extract(minute FROM {m})",
                            "tx_index + 1",
                            "{i} & 15",
                            "{i} | 1",
                            "strpos({t}, 'a')",
                            "date_part('hour', {m})",
                            "CAST({f} % 1000 AS INT)",
                            "array_length({l})::bigint",
                            "({i})::int",
                            "power(2, 3)",
                            "ascii({t})",
                            "to_unixtime({m})",
                            "(SELECT max(block_num)::bigint FROM tiny.blocks)",
                            "position('b' IN {t})"),
            Kind.UINT,
                    List.of(
                            "block_num",
                            "gas_used",
                            "_block_num",
                            "t.gas_used",
                            "arrow_cast({i} * {i} % 50 + 2500, 'UInt64')",
                            "greatest(block_num, gas_used)",
                            "coalesce(gas_used, block_num)",
                            "gas_used + block_num"),
            Kind.DECIMAL,
                    List.of(
                            "gas_used - 5",
                            "gas_used / 2",
                            "gas_used * 3",
                            "block_num % 3",
                            "CAST({i} AS DECIMAL(38,2))",
                            "CAST({i} AS DECIMAL(50,3))",
                            "{d} + {i}",
                            "123456789012345678901234567890",
                            "-{d}",
                            "CAST({i} AS DECIMAL(10,1)) / 3",
                            "CAST({i} AS DECIMAL(60,0)) * 2",
                            "sum_of"),
            Kind.FLOAT,
                    List.of(
                            "1.5",
                            "{i} / 2.0",
                            "sqrt(abs({i}))",
                            "CAST({i} AS DOUBLE)",
                            "{f} + {i}",
                            "round({f}, 2)",
                            "floor({f})",
                            "extract(epoch FROM {m})",
                            "-{f}",
                            "ln(abs({i}) + 1)",
                            "trunc({f})",
                            "{i}::float"),
            Kind.TEXT,
                    List.of(
                            "'abc'",
                            "value",
                            "upper({t})",
                            "{t} || {t}",
                            "CAST({i} AS VARCHAR)",
                            "encode({x}, 'hex')",
                            "substr({t}, 2, 3)",
                            "replace({t}, 'a', 'b')",
                            "lpad({t}, 5, '0')",
                            "split_part({t}, 'a', 1)",
                            "evm_decode_hex({x})",
                            "shift_units({i}, -2)",
                            "concat({t}, {i}, NULL)",
                            "trim({t})",
                            "left({t}, 2)",
                            "reverse({t})",
                            "arrow_typeof({i})",
                            "coalesce({t}, 'none')",
                            "{m}::text",
                            "CASE {i} WHEN 1 THEN 'one' ELSE {t} END",
                            "md5({t})",
                            "to_char({m}, '%Y')",
                            "array_to_string({l}, ',')",
                            "from",
                            "CAST({d} AS TEXT)",
                            "'it''s \"quoted\"'",
                            "concat_ws('-', {t}, {t})"),
            Kind.BINARY,
                    List.of(
                            "tx_hash",
                            "t.from",
                            "to",
                            "x'0102ff'",
                            "0xdeadbeef",
                            "sha256({t})",
                            "decode('0aff', 'hex')",
                            "evm_topic('Transfer(address,address,uint256)')",
                            "{x}[1:4]",
                            "arrow_cast({t}, 'Binary')",
                            "evm_encode_type({i}, 'int256')",
                            "evm_encode_params({i}, 'f(int256)')",
                            "coalesce(to, x'00')"),
            Kind.BOOL,
                    List.of(
                            "{i} > {i}",
                            "{u} <= {i}",
                            "{t} = {t}",
                            "{x} = {x}",
                            "{b} AND {b}",
                            "{b} OR {b}",
                            "NOT {b}",
                            "{i} IN (1, 2, {i})",
                            "{i} BETWEEN 0 AND 10",
                            "{t} LIKE '%a%'",
                            "{t} IS NULL",
                            "to IS NOT NULL",
                            "{d} < {i}",
                            "{f} >= {i}",
                            "{m} > timestamp '2024-01-01T00:00:12Z'",
                            "true",
                            "{b} IS TRUE",
                            "block_num IN (SELECT block_num FROM tiny.logs)",
                            "{i} IS DISTINCT FROM {i}",
                            "EXISTS (SELECT 1 FROM tiny.logs l WHERE l.block_num = t.block_num)",
                            "{x} <> '0x0101'",
                            "starts_with({t}, 'a')",
                            "array_contains({l}, {i})",
                            "{t} ~ '[0-9]+'",
                            "{u} = {d}",
                            "{d} = {d}",
                            "block_num >= ALL (SELECT block_num FROM tiny.logs)"),
            Kind.TIME,
                    List.of(
                            "timestamp",
                            "timestamp + INTERVAL '1 day'",
                            "date_trunc('hour', {m})",
                            "{m} - INTERVAL 5 MINUTE",
                            "date_bin(interval '1 minute', {m})",
                            "timestamp '2024-01-01T00:00:00Z'",
                            "to_timestamp({i})",
                            "coalesce({m}, timestamp)"),
            Kind.LIST,
                    List.of(
                            "[1, 2, 3]",
                            "[{i}, {i}]",
                            "generate_series(1, 3)",
                            "make_array({i})",
                            "[10,20,30,40][2:3]",
                            "array_append([1], {i})",
                            "range(0, 4, 2)",
                            "array_sort([3,1,2])",
                            "[1,2] || [{i}]"));

    private static final Map<String, Kind> HOLES = Map.of(
            "i",
            Kind.INT,
            "u",
            Kind.UINT,
            "d",
            Kind.DECIMAL,
            "f",
            Kind.FLOAT,
            "t",
            Kind.TEXT,
            "x",
            Kind.BINARY,
            "b",
            Kind.BOOL,
            "m",
            Kind.TIME,
            "l",
            Kind.LIST);

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String expr(Kind kind, int depth) {
        for (int attempt = 0; ; attempt++) {
            String template = pick(TEMPLATES.get(kind));
            boolean isLeaf = !template.contains("{");
            if (depth > 0 || isLeaf || attempt > 30) {
                return isLeaf ? template : filled(template, depth - 1);
            }
        }
    }

    private String filled(String template, int depth) {
        var text = new StringBuilder("(");
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c == '{' && i + 2 < template.length() && template.charAt(i + 2) == '}') {
                text.append('(')
                        .append(depth < -2 ? "NULL" : expr(HOLES.get(template.substring(i + 1, i + 2)), depth))
                        .append(')');
                i += 2;
            } else {
                text.append(c);
            }
        }
        return text.append(')').toString();
    }

    private String any(int depth) {
        return expr(pick(List.of(Kind.values())), depth);
    }

    private String alias() {
        return "x" + ++aliases;
    }

    String statement() {
        aliases = 0;
        String query = query(2);
        return switch (random.nextInt(12)) {
            case 0 -> "WITH w AS (" + query + ") SELECT * FROM w";
            case 1 -> "SELECT count(*) AS n FROM (" + query + ") q";
            case 2 -> query + " LIMIT " + random.nextInt(5) + " OFFSET " + random.nextInt(3);
            case 3 ->
                "SELECT i AS i FROM (SELECT unnest(" + expr(Kind.LIST, 1)
                        + ") AS i) UNION ALL SELECT CAST(block_num AS BIGINT) FROM tiny.blocks";
            default -> query;
        };
    }

    private String query(int depth) {
        return switch (random.nextInt(4)) {
            case 0 -> grouped(depth);
            case 1 -> windowed(depth);
            default -> plain(depth);
        };
    }

    private String from() {
        return pick(List.of(
                " FROM tiny.transactions t JOIN (SELECT block_num AS b, timestamp FROM tiny.blocks) bl ON t.block_num"
                        + " = bl.b",
                " FROM tiny.transactions t CROSS JOIN (SELECT timestamp FROM tiny.blocks LIMIT 2) bl",
                " FROM (SELECT * FROM tiny.transactions) AS t LEFT JOIN (SELECT block_num AS b, timestamp FROM"
                        + " tiny.blocks) bl ON t.block_num = bl.b AND bl.b > 1",
                " FROM tiny.transactions t, (SELECT max(timestamp) AS timestamp FROM tiny.blocks) bl"));
    }

    private String where(int depth) {
        return random.nextBoolean() ? "" : " WHERE " + expr(Kind.BOOL, depth);
    }

    private String plain(int depth) {
        var items = new ArrayList<String>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            items.add(any(depth) + " AS " + alias());
        }
        String order = random.nextInt(3) == 0
                ? " ORDER BY " + (random.nextBoolean() ? "1" : expr(Kind.INT, 1))
                        + pick(List.of("", " DESC", " DESC NULLS LAST"))
                : "";
        return "SELECT " + (random.nextInt(6) == 0 ? "DISTINCT " : "") + String.join(", ", items) + from()
                + where(depth) + (items.size() > 0 && !order.isEmpty() ? order : "");
    }

    private String grouped(int depth) {
        String key = any(1);
        var items = new ArrayList<String>();
        items.add(key + " AS " + alias());
        for (int i = 0; i <= random.nextInt(3); i++) {
            String aggregate = pick(List.of(
                    "count(*)",
                    "count(DISTINCT {t})",
                    "sum({i})",
                    "sum({u})",
                    "sum({d})",
                    "avg({i})",
                    "avg({d})",
                    "min({x})",
                    "max({t})",
                    "max({m})",
                    "array_agg({i} ORDER BY {i})",
                    "first_value({t} ORDER BY {i}, {t})",
                    "bool_or({b})",
                    "min({d})",
                    "sum({f})",
                    "stddev({f})",
                    "string_agg({t}, ',')",
                    "count({i}) FILTER (WHERE {b})",
                    "median({i})",
                    "approx_distinct({x})",
                    "bit_or({i})",
                    "last_value({x} ORDER BY {u})"));
            items.add(filled(aggregate, 1) + " AS " + alias());
        }
        String having = random.nextInt(3) == 0 ? " HAVING count(*) > " + random.nextInt(2) : "";
        String group =
                pick(List.of(" GROUP BY 1", " GROUP BY x1", " GROUP BY " + key, " GROUP BY ROLLUP(" + key + ")"));
        return "SELECT " + String.join(", ", items) + from() + where(1) + group + having;
    }

    private String windowed(int depth) {
        String function = pick(List.of(
                "row_number()",
                "rank()",
                "sum({i})",
                "sum({u})",
                "lag({t}, 1)",
                "lead({x})",
                "count(*)",
                "first_value({m})",
                "ntile(2)",
                "max({d})",
                "avg({f})",
                "lag({i}, 1, 0)",
                "dense_rank()",
                "cume_dist()"));
        String over = pick(List.of(
                "(ORDER BY {i}, {u})",
                "(PARTITION BY {b} ORDER BY {u})",
                "(PARTITION BY {t})",
                "(ORDER BY {u} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
                "(ORDER BY {i} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
                "()"));
        return "SELECT " + filled(function + " OVER " + over, 1).replaceAll("^\\((.*)\\)$", "$1") + " AS " + alias()
                + ", " + any(depth) + " AS " + alias() + from() + where(1);
    }

    /** A statement with a few characters or words changed. */
    String mutated() {
        var text = new StringBuilder(statement());
        List<String> pieces = List.of(
                "(",
                ")",
                "[",
                "]",
                "'",
                "\"",
                ",",
                ".",
                ";",
                " FROM ",
                " SELECT ",
                "*",
                "::",
                "{",
                "}",
                ":",
                " AS ",
                "--",
                "/*",
                "$1",
                "?",
                "0x",
                "x'",
                "\u0000",
                "é",
                " ORDER BY ",
                " OVER ",
                "read_parquet('/etc/passwd')",
                "`",
                "\\",
                " UNION ",
                "=>",
                " SETTINGS stream = true",
                "1e999",
                "#",
                " IN ",
                "INTERVAL '1 day'",
                "getenv('HOME')",
                " current_setting('x')",
                "t.*");
        for (int i = 0; i <= random.nextInt(3); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, pick(pieces));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                default -> text.replace(at, Math.min(text.length(), at + 1), pick(pieces));
            }
            if (text.isEmpty()) {
                text.append("SELECT");
            }
        }
        return text.toString();
    }
}
