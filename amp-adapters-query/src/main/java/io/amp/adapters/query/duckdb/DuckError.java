package io.amp.adapters.query.duckdb;

/** The kinds of failure the engine tells apart ({@code duckdb_error_type}). */
public enum DuckError {
    INVALID(0, "Invalid Type"),
    OUT_OF_RANGE(1, "Out of Range"),
    CONVERSION(2, "Conversion"),
    UNKNOWN_TYPE(3, "Unknown Type"),
    DECIMAL(4, "Decimal"),
    MISMATCH_TYPE(5, "Mismatch Type"),
    DIVIDE_BY_ZERO(6, "Divide by Zero"),
    OBJECT_SIZE(7, "Object Size"),
    INVALID_TYPE(8, "Invalid type"),
    SERIALIZATION(9, "Serialization"),
    TRANSACTION(10, "TransactionContext"),
    NOT_IMPLEMENTED(11, "Not implemented"),
    EXPRESSION(12, "Expression"),
    CATALOG(13, "Catalog"),
    PARSER(14, "Parser"),
    PLANNER(15, "Planner"),
    SCHEDULER(16, "Scheduler"),
    EXECUTOR(17, "Executor"),
    CONSTRAINT(18, "Constraint"),
    INDEX(19, "Index"),
    STATISTICS(20, "Stat"),
    CONNECTION(21, "Connection"),
    SYNTAX(22, "Syntax"),
    SETTINGS(23, "Settings"),
    BINDER(24, "Binder"),
    NETWORK(25, "Network"),
    OPTIMIZER(26, "Optimizer"),
    NULL_POINTER(27, "NullPointer"),
    IO(28, "IO"),
    INTERRUPT(29, "INTERRUPT"),
    /** The database is unusable from now on; see {@link DuckDb#isUsable()}. */
    FATAL(30, "FATAL"),
    /** A broken assertion inside the engine. */
    INTERNAL(31, "INTERNAL"),
    INVALID_INPUT(32, "Invalid Input"),
    OUT_OF_MEMORY(33, "Out of Memory"),
    PERMISSION(34, "Permission"),
    PARAMETER_NOT_RESOLVED(35, "Parameter Not Resolved"),
    PARAMETER_NOT_ALLOWED(36, "Parameter Not Allowed"),
    DEPENDENCY(37, "Dependency"),
    HTTP(38, "HTTP"),
    MISSING_EXTENSION(39, "Missing Extension"),
    AUTOLOAD(40, "Extension Autoloading"),
    SEQUENCE(41, "Sequence"),
    INVALID_CONFIGURATION(42, "Invalid Configuration"),
    DATA_CORRUPTION(43, "Data Corruption"),
    RESOURCE_IN_USE(44, "Resource In Use");

    private static final DuckError[] BY_CODE = values();

    private final int code;
    private final String label;

    DuckError(int code, String label) {
        this.code = code;
        this.label = label;
    }

    static DuckError ofCode(int code) {
        return code >= 0 && code < BY_CODE.length && BY_CODE[code].code == code ? BY_CODE[code] : INVALID;
    }

    /**
     * The kind that the engine printed at the front of {@code message}. A failed prepare and a failed start of an execution give no
     * number, only the text that the engine made from it: {@code <label> Error: …}.
     */
    static DuckError ofPrefix(String message) {
        for (DuckError error : BY_CODE) {
            if (message.startsWith(error.label) && message.startsWith(" Error: ", error.label.length())) {
                return error;
            }
        }
        return INVALID;
    }

    /** {@code message} without the label of this kind at its front. */
    String withoutPrefix(String message) {
        String prefix = label + " Error: ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
