package io.amp.adapters.query.emit;

import io.amp.adapters.query.function.WideDecimals;
import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.type.Quotes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Member;
import io.amp.adapters.query.type.WorkingType;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;

/** Reading the files of a table in the engine's SQL: stored columns become columns of working types. */
public final class ScanEmitter {
    private int lambdas;

    /** @param files may be empty: then there are no rows */
    public String query(Rel.Scan scan, List<Path> files) {
        List<Field> fields = scan.table().definition().schema().fields();
        var list = new StringJoiner(", ");
        for (int i = 0; i < fields.size(); i++) {
            Column column = scan.outputs().get(i);
            String value = files.isEmpty()
                    ? "CAST(NULL AS " + WorkingType.of(column.type()) + ")"
                    : stored(Quotes.name(fields.get(i).getName()), column.type());
            list.add(value + " AS " + SqlEmitter.column(column));
        }
        return files.isEmpty() ? "SELECT " + list + " WHERE false" : "SELECT " + list + " FROM " + source(files);
    }

    private static String source(List<Path> files) {
        return files.stream()
                .map(file ->
                        LiteralEmitter.text(file.toAbsolutePath().normalize().toString()))
                .collect(Collectors.joining(", ", "read_parquet([", "], hive_partitioning = false)"));
    }

    private String stored(String sql, SqlType type) {
        return switch (type) {
            case SqlType.Struct struct -> storedStruct(sql, struct);
            case SqlType.ListOf list
            when renames(list.element()) -> {
                String name = "s" + ++lambdas;
                yield "list_transform(" + sql + ", lambda " + name + ": " + stored(name, list.element()) + ")";
            }
            // Two's complement on disk, sortable in the engine.
            case SqlType.Decimal decimal when decimal.isWide() -> WideDecimals.FLIP + "(" + sql + ")";
            default -> "CAST(" + sql + " AS " + WorkingType.of(type) + ")";
        };
    }

    /** True when values of the type hold structs, whose fields have other names in the engine, or wide decimals. */
    private static boolean renames(SqlType type) {
        return switch (type) {
            case SqlType.Struct ignored -> true;
            case SqlType.ListOf list -> renames(list.element());
            case SqlType.Decimal decimal -> decimal.isWide();
            default -> false;
        };
    }

    private String storedStruct(String sql, SqlType.Struct struct) {
        var fields = new StringJoiner(", ", "struct_pack(", ")");
        for (int i = 0; i < struct.members().size(); i++) {
            Member member = struct.members().get(i);
            String value = "struct_extract(" + sql + ", " + LiteralEmitter.text(member.name()) + ")";
            fields.add(WorkingType.member(i) + " := " + stored(value, member.type()));
        }
        return "(CASE WHEN " + sql + " IS NULL THEN NULL ELSE " + fields + " END)";
    }
}
