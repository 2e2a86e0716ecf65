package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.column.FixedColumn;
import io.amp.adapters.sources.column.VarColumn;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The column types of the EVM tables (sources specification, section 1.1). */
final class ArrowTypes {
    private static final ArrowType TIMESTAMP = new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
    private static final ArrowType DECIMAL = new ArrowType.Decimal(38, 0, 128);

    private ArrowTypes() {}

    static FixedColumn hash(String name) {
        return new FixedColumn(name, new ArrowType.FixedSizeBinary(32), false);
    }

    static FixedColumn nullableHash(String name) {
        return new FixedColumn(name, new ArrowType.FixedSizeBinary(32), true);
    }

    static FixedColumn address(String name) {
        return new FixedColumn(name, new ArrowType.FixedSizeBinary(20), false);
    }

    static FixedColumn nullableAddress(String name) {
        return new FixedColumn(name, new ArrowType.FixedSizeBinary(20), true);
    }

    static FixedColumn uint64(String name) {
        return new FixedColumn(name, new ArrowType.Int(64, false), false);
    }

    static FixedColumn nullableUint64(String name) {
        return new FixedColumn(name, new ArrowType.Int(64, false), true);
    }

    static FixedColumn uint32(String name) {
        return new FixedColumn(name, new ArrowType.Int(32, false), false);
    }

    static FixedColumn int32(String name) {
        return new FixedColumn(name, new ArrowType.Int(32, true), false);
    }

    static FixedColumn timestamp(String name) {
        return new FixedColumn(name, TIMESTAMP, false);
    }

    static FixedColumn decimal(String name) {
        return new FixedColumn(name, DECIMAL, false);
    }

    static FixedColumn nullableDecimal(String name) {
        return new FixedColumn(name, DECIMAL, true);
    }

    static VarColumn binary(String name) {
        return new VarColumn(name, ArrowType.Binary.INSTANCE, false);
    }

    static VarColumn text(String name) {
        return new VarColumn(name, ArrowType.Utf8.INSTANCE, false);
    }
}
