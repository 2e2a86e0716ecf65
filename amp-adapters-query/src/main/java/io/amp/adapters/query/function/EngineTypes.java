package io.amp.adapters.query.function;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.WorkingType;
import java.util.ArrayList;

/** Working types as the engine's interface for functions describes them. */
public final class EngineTypes {
    private EngineTypes() {}

    public static DuckType of(SqlType type) {
        return switch (type) {
            case SqlType.Null ignored -> DuckType.INTEGER;
            case SqlType.Bool ignored -> DuckType.BOOLEAN;
            case SqlType.Int t ->
                switch (t.bits()) {
                    case 8 -> t.signed() ? DuckType.TINYINT : DuckType.UTINYINT;
                    case 16 -> t.signed() ? DuckType.SMALLINT : DuckType.USMALLINT;
                    case 32 -> t.signed() ? DuckType.INTEGER : DuckType.UINTEGER;
                    default -> t.signed() ? DuckType.BIGINT : DuckType.UBIGINT;
                };
            case SqlType.Floating t -> t.bits() == 64 ? DuckType.DOUBLE : DuckType.FLOAT;
            case SqlType.Decimal t -> t.isWide() ? DuckType.BLOB : DuckType.decimal(t.precision(), t.scale());
            case SqlType.Text ignored -> DuckType.VARCHAR;
            case SqlType.Binary ignored -> DuckType.BLOB;
            case SqlType.FixedBinary ignored -> DuckType.BLOB;
            case SqlType.Date t -> t.bits() == 32 ? DuckType.DATE : DuckType.TIMESTAMP;
            case SqlType.Time ignored -> DuckType.TIME;
            case SqlType.Timestamp t -> t.zone() == null ? DuckType.TIMESTAMP : DuckType.TIMESTAMP_TZ;
            case SqlType.Duration ignored -> DuckType.BIGINT;
            case SqlType.Interval ignored -> DuckType.INTERVAL;
            case SqlType.ListOf t -> DuckType.list(of(t.element()));
            case SqlType.MapOf t -> DuckType.map(of(t.key()), of(t.value()));
            case SqlType.Struct t -> {
                var fields = new ArrayList<DuckType.Child>();
                for (int i = 0; i < t.members().size(); i++) {
                    fields.add(new DuckType.Child(
                            WorkingType.member(i), of(t.members().get(i).type())));
                }
                yield fields.isEmpty() ? DuckType.BOOLEAN : DuckType.struct(fields);
            }
        };
    }
}
