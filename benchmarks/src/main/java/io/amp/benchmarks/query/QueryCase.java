package io.amp.benchmarks.query;

import java.util.List;

/**
 * One question in two dialects.
 *
 * @param amp with {@code LOGS} for the table
 * @param engine the same for the bare engine; where it has no such function, a query that reads the same columns and does less
 */
record QueryCase(String name, String amp, String engine) {

    /** The queries for {@code blocks} blocks, with values of a log among them. */
    static List<QueryCase> all(Sample sample, int blocks) {
        int middle = blocks / 2;
        String range = "block_num BETWEEN " + middle + " AND " + (middle + blocks / 20);
        return List.of(
                same("count", "SELECT count(*) AS n FROM LOGS"),
                same(
                        "group by",
                        "SELECT address, count(*) AS n FROM LOGS GROUP BY address ORDER BY n DESC, address LIMIT 10"),
                new QueryCase(
                        "point lookup",
                        "SELECT * FROM LOGS WHERE tx_hash = x'" + sample.transactionHash() + "'",
                        "SELECT * FROM LOGS WHERE tx_hash = from_hex('" + sample.transactionHash() + "')"),
                new QueryCase(
                        "address and range",
                        "SELECT * FROM LOGS WHERE address = x'" + sample.address() + "' AND " + range,
                        "SELECT * FROM LOGS WHERE address = from_hex('" + sample.address() + "') AND " + range),
                new QueryCase(
                        "decode transfers",
                        "SELECT count(t['from']) AS n FROM (SELECT evm_decode_log(topic1, topic2, topic3, data,"
                                + " 'Transfer(address indexed from, address indexed to, uint256 value)') AS t"
                                + " FROM LOGS WHERE topic0 = x'" + sample.transferTopic() + "'"
                                + " AND topic2 IS NOT NULL AND topic3 IS NULL)",
                        "SELECT count(topic1) AS n FROM LOGS WHERE topic0 = from_hex('" + sample.transferTopic() + "')"
                                + " AND topic2 IS NOT NULL AND topic3 IS NULL"
                                + " AND octet_length(data) + octet_length(topic1) > 0"),
                same("full scan", "SELECT * FROM LOGS"));
    }

    private static QueryCase same(String name, String sql) {
        return new QueryCase(name, sql, sql);
    }

    /** Hexadecimal digits without prefix. */
    record Sample(String transactionHash, String address, String transferTopic) {}
}
