package io.amp.adapters.flight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;

/*
 * Implementation note. Ids and union members are those of the protocol's FlightSql.proto. Every id from 500 to 576 is there: drivers
 * read them without asking whether they are, and fail when one is missing.
 */
/** What this server tells about itself and its dialect (query specification, section 3.8). */
final class SqlInfos {
    private static final byte STRING = 0;
    private static final byte BOOL = 1;
    private static final byte BIGINT = 2;
    private static final byte INT = 3;
    private static final byte STRING_LIST = 4;
    private static final byte INT_LISTS = 5;

    private static final int TIMEOUT_NONE = 0;
    private static final int LOWER_CASE = 3;
    private static final int CASE_AS_WRITTEN = 0;
    private static final int NULLS_HIGH = 0;
    private static final String ARROW_VERSION = "19.0.0";

    private static final List<String> KEYWORDS = List.of("SETTINGS", "UNNEST");
    private static final List<String> NUMERIC_FUNCTIONS =
            List.of("abs", "ceil", "exp", "floor", "ln", "log", "log10", "log2", "power", "round", "sqrt", "trunc");
    private static final List<String> STRING_FUNCTIONS = List.of(
            "concat",
            "length",
            "lower",
            "ltrim",
            "replace",
            "reverse",
            "rtrim",
            "split_part",
            "starts_with",
            "substr",
            "trim",
            "upper");
    private static final List<String> SYSTEM_FUNCTIONS = List.of("arrow_cast", "arrow_typeof", "coalesce", "nullif");
    private static final List<String> DATETIME_FUNCTIONS =
            List.of("date_bin", "date_part", "date_trunc", "extract", "to_timestamp");

    /** {@link Integer} is an int32 bit mask or enumeration, {@link Long} a bigint; lists and the map are empty or of text. */
    private static final NavigableMap<Integer, Object> VALUES = values();

    private SqlInfos() {}

    private static NavigableMap<Integer, Object> values() {
        NavigableMap<Integer, Object> values = new TreeMap<>();
        String version = SqlInfos.class.getPackage().getImplementationVersion();
        values.put(SqlInfo.FLIGHT_SQL_SERVER_NAME_VALUE, "Amp");
        values.put(SqlInfo.FLIGHT_SQL_SERVER_VERSION_VALUE, version == null ? "development" : version);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION_VALUE, ARROW_VERSION);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY_VALUE, true);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_SQL_VALUE, true);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_VALUE, false);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_VALUE, 0);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_CANCEL_VALUE, true);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION_VALUE, false);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED_VALUE, false);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT_VALUE, TIMEOUT_NONE);
        values.put(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT_VALUE, TIMEOUT_NONE);
        values.put(SqlInfo.SQL_DDL_CATALOG_VALUE, false);
        values.put(SqlInfo.SQL_DDL_SCHEMA_VALUE, false);
        values.put(SqlInfo.SQL_DDL_TABLE_VALUE, false);
        values.put(SqlInfo.SQL_IDENTIFIER_CASE_VALUE, LOWER_CASE);
        values.put(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR_VALUE, "\"");
        values.put(SqlInfo.SQL_QUOTED_IDENTIFIER_CASE_VALUE, CASE_AS_WRITTEN);
        values.put(SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE_VALUE, true);
        values.put(SqlInfo.SQL_NULL_ORDERING_VALUE, NULLS_HIGH);
        values.put(SqlInfo.SQL_KEYWORDS_VALUE, KEYWORDS);
        values.put(SqlInfo.SQL_NUMERIC_FUNCTIONS_VALUE, NUMERIC_FUNCTIONS);
        values.put(SqlInfo.SQL_STRING_FUNCTIONS_VALUE, STRING_FUNCTIONS);
        values.put(SqlInfo.SQL_SYSTEM_FUNCTIONS_VALUE, SYSTEM_FUNCTIONS);
        values.put(SqlInfo.SQL_DATETIME_FUNCTIONS_VALUE, DATETIME_FUNCTIONS);
        values.put(SqlInfo.SQL_SEARCH_STRING_ESCAPE_VALUE, "\\");
        values.put(SqlInfo.SQL_EXTRA_NAME_CHARACTERS_VALUE, "");
        values.put(SqlInfo.SQL_SUPPORTS_COLUMN_ALIASING_VALUE, true);
        values.put(SqlInfo.SQL_NULL_PLUS_NULL_IS_NULL_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTS_CONVERT_VALUE, Map.of());
        values.put(SqlInfo.SQL_SUPPORTS_TABLE_CORRELATION_NAMES_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTS_DIFFERENT_TABLE_CORRELATION_NAMES_VALUE, false);
        values.put(SqlInfo.SQL_SUPPORTS_EXPRESSIONS_IN_ORDER_BY_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTS_ORDER_BY_UNRELATED_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTED_GROUP_BY_VALUE, 0b11);
        values.put(SqlInfo.SQL_SUPPORTS_LIKE_ESCAPE_CLAUSE_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTS_NON_NULLABLE_COLUMNS_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTED_GRAMMAR_VALUE, 0b11);
        values.put(SqlInfo.SQL_ANSI92_SUPPORTED_LEVEL_VALUE, 0b1);
        values.put(SqlInfo.SQL_SUPPORTS_INTEGRITY_ENHANCEMENT_FACILITY_VALUE, false);
        values.put(SqlInfo.SQL_OUTER_JOINS_SUPPORT_LEVEL_VALUE, 0b100);
        values.put(SqlInfo.SQL_SCHEMA_TERM_VALUE, "schema");
        values.put(SqlInfo.SQL_PROCEDURE_TERM_VALUE, "procedure");
        values.put(SqlInfo.SQL_CATALOG_TERM_VALUE, "catalog");
        values.put(SqlInfo.SQL_CATALOG_AT_START_VALUE, true);
        values.put(SqlInfo.SQL_SCHEMAS_SUPPORTED_ACTIONS_VALUE, 0);
        values.put(SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS_VALUE, 0);
        values.put(SqlInfo.SQL_SUPPORTED_POSITIONED_COMMANDS_VALUE, 0);
        values.put(SqlInfo.SQL_SELECT_FOR_UPDATE_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_STORED_PROCEDURES_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_SUPPORTED_SUBQUERIES_VALUE, 0b1111);
        values.put(SqlInfo.SQL_CORRELATED_SUBQUERIES_SUPPORTED_VALUE, true);
        values.put(SqlInfo.SQL_SUPPORTED_UNIONS_VALUE, 0b11);
        for (int limit = SqlInfo.SQL_MAX_BINARY_LITERAL_LENGTH_VALUE;
                limit <= SqlInfo.SQL_MAX_USERNAME_LENGTH_VALUE;
                limit++) {
            values.put(limit, 0L);
        }
        values.put(SqlInfo.SQL_MAX_ROW_SIZE_INCLUDES_BLOBS_VALUE, true);
        values.put(SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION_VALUE, 0L);
        values.put(SqlInfo.SQL_TRANSACTIONS_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS_VALUE, 0b1);
        values.put(SqlInfo.SQL_DATA_DEFINITION_CAUSES_TRANSACTION_COMMIT_VALUE, false);
        values.put(SqlInfo.SQL_DATA_DEFINITIONS_IN_TRANSACTIONS_IGNORED_VALUE, false);
        values.put(SqlInfo.SQL_SUPPORTED_RESULT_SET_TYPES_VALUE, 0b10);
        values.put(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED_VALUE, 0);
        values.put(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY_VALUE, 0b10);
        values.put(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE_VALUE, 0);
        values.put(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE_VALUE, 0);
        values.put(SqlInfo.SQL_BATCH_UPDATES_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_SAVEPOINTS_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_NAMED_PARAMETERS_SUPPORTED_VALUE, false);
        values.put(SqlInfo.SQL_LOCATORS_UPDATE_COPY_VALUE, false);
        values.put(SqlInfo.SQL_STORED_FUNCTIONS_USING_CALL_SYNTAX_SUPPORTED_VALUE, false);
        return values;
    }

    /**
     * Rows owned by the caller.
     *
     * @param wanted empty = all; unknown ids are skipped
     */
    static VectorSchemaRoot rows(List<Integer> wanted, BufferAllocator allocator) {
        List<Integer> ids = wanted.isEmpty()
                ? List.copyOf(VALUES.keySet())
                : wanted.stream().filter(VALUES::containsKey).toList();
        VectorSchemaRoot root = VectorSchemaRoot.create(Schemas.GET_SQL_INFO_SCHEMA, allocator);
        try {
            root.allocateNew();
            UInt4Vector names = (UInt4Vector) root.getVector("info_name");
            DenseUnionVector union = (DenseUnionVector) root.getVector("value");
            int[] counts = new int[INT_LISTS + 1];
            for (int row = 0; row < ids.size(); row++) {
                names.setSafe(row, ids.get(row));
                Object value = Objects.requireNonNull(VALUES.get(ids.get(row)));
                byte member = member(value);
                union.setTypeId(row, member);
                union.getOffsetBuffer().setInt((long) row * DenseUnionVector.OFFSET_WIDTH, counts[member]);
                write(union.getVectorByType(member), counts[member]++, value);
            }
            union.setValueCount(ids.size());
            root.setRowCount(ids.size());
            return root;
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    private static byte member(Object value) {
        return switch (value) {
            case String text -> STRING;
            case Boolean bool -> BOOL;
            case Long number -> BIGINT;
            case Integer number -> INT;
            case List<?> list -> STRING_LIST;
            default -> INT_LISTS;
        };
    }

    private static void write(ValueVector vector, int index, Object value) {
        switch (value) {
            case String text -> ((VarCharVector) vector).setSafe(index, text.getBytes(StandardCharsets.UTF_8));
            case Boolean bool -> ((BitVector) vector).setSafe(index, bool ? 1 : 0);
            case Long number -> ((BigIntVector) vector).setSafe(index, number);
            case Integer number -> ((IntVector) vector).setSafe(index, number);
            case List<?> list -> {
                ListVector lists = (ListVector) vector;
                int start = lists.startNewValue(index);
                VarCharVector items = (VarCharVector) lists.getDataVector();
                for (int i = 0; i < list.size(); i++) {
                    items.setSafe(start + i, String.valueOf(list.get(i)).getBytes(StandardCharsets.UTF_8));
                }
                lists.endValue(index, list.size());
            }
            default -> {
                ListVector map = (ListVector) vector;
                map.startNewValue(index);
                map.endValue(index, 0);
            }
        }
    }
}
