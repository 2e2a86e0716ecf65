package io.amp.adapters.query.emit;

import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.WorkingType;
import java.util.StringJoiner;

/** The last conversion of a result column, from its working type to one that the reader of results maps to the contract type. */
public final class ExportEmitter {
    private ExportEmitter() {}

    public static String export(Column column) {
        String name = SqlEmitter.column(column);
        if (column.type().isNull()) {
            return "NULL AS " + name;
        }
        return needsArrays(column.type()) ? "CAST(" + name + " AS " + type(column.type()) + ") AS " + name : name;
    }

    /** Lists of fixed size are arrays in results and lists before. */
    private static boolean needsArrays(SqlType type) {
        return switch (type) {
            case SqlType.ListOf list -> list.isFixed() || needsArrays(list.element());
            case SqlType.Struct struct -> struct.members().stream().anyMatch(member -> needsArrays(member.type()));
            case SqlType.MapOf map -> needsArrays(map.key()) || needsArrays(map.value());
            default -> false;
        };
    }

    private static String type(SqlType type) {
        return switch (type) {
            case SqlType.ListOf list -> type(list.element()) + (list.isFixed() ? "[" + list.fixedSize() + "]" : "[]");
            case SqlType.Struct struct
            when !struct.members().isEmpty() -> {
                var fields = new StringJoiner(", ", "STRUCT(", ")");
                for (int i = 0; i < struct.members().size(); i++) {
                    fields.add(WorkingType.member(i) + " "
                            + type(struct.members().get(i).type()));
                }
                yield fields.toString();
            }
            case SqlType.MapOf map -> "MAP(" + type(map.key()) + ", " + type(map.value()) + ")";
            default -> WorkingType.of(type);
        };
    }
}
