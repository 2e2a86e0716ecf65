package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.Expr;
import io.amp.adapters.query.plan.ScalarFunction;
import io.amp.adapters.query.type.Quotes;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Member;
import io.amp.adapters.query.type.WorkingType;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Structs and their fields. */
public final class StructFunctions {
    private static final ScalarFunction PACK = new ScalarFunction() {
        @Override
        public String name() {
            return "struct";
        }

        @Override
        public String emit(List<String> arguments, Expr.Call call) {
            if (arguments.isEmpty()) {
                return "true";
            }
            var sql = new StringJoiner(", ", "struct_pack(", ")");
            for (int i = 0; i < arguments.size(); i++) {
                sql.add(WorkingType.member(i) + " := " + arguments.get(i));
            }
            return sql.toString();
        }
    };

    private StructFunctions() {}

    static void register(BiConsumer<String, ScalarBuilder> catalog) {
        catalog.accept("struct", StructFunctions::struct);
        catalog.accept("row", StructFunctions::struct);
        catalog.accept("named_struct", StructFunctions::namedStruct);
        catalog.accept("$struct", StructFunctions::namedStruct);
        catalog.accept("get_field", call -> {
            call.requireSize(2, 2);
            String name = call.constantText(1);
            if (name == null) {
                throw call.noMatch();
            }
            return field(call, call.argument(0), name);
        });
    }

    private static Expr struct(FunctionCall call) {
        if (call.size() == 0) {
            throw call.noMatch();
        }
        var members = new ArrayList<Member>();
        for (int i = 0; i < call.size(); i++) {
            members.add(new Member("c" + i, call.type(i), true));
        }
        return pack(members, call.arguments());
    }

    private static Expr namedStruct(FunctionCall call) {
        if (call.size() == 0 || call.size() % 2 != 0) {
            throw call.noMatch();
        }
        var members = new ArrayList<Member>();
        var values = new ArrayList<Expr>();
        for (int i = 0; i < call.size(); i += 2) {
            String name = call.constantText(i);
            if (name == null) {
                throw call.error("named_struct: names must be constant texts");
            }
            members.add(new Member(name, call.type(i + 1), true));
            values.add(call.argument(i + 1));
        }
        return pack(members, values);
    }

    /** A struct that is never NULL itself. */
    public static Expr pack(List<Member> members, List<Expr> values) {
        return new Expr.Call(PACK, values, new SqlType.Struct(members), false);
    }

    /** A field by its exact name, the first of several. */
    public static Expr field(FunctionCall call, Expr value, String name) {
        if (!(value.type() instanceof SqlType.Struct struct)) {
            throw call.noMatch();
        }
        for (int i = 0; i < struct.members().size(); i++) {
            if (struct.members().get(i).name().equals(name)) {
                return field(value, struct, i);
            }
        }
        throw call.error(unknownField(name, struct));
    }

    public static Expr field(Expr value, SqlType.Struct struct, int position) {
        Member member = struct.members().get(position);
        if (value instanceof Expr.Call call && call.function().equals(PACK)) {
            return call.arguments().get(position);
        }
        return new Expr.FieldAccess(value, position, member.type(), value.nullable() || member.nullable());
    }

    /** Message for a field that a struct lacks. */
    public static String unknownField(String name, SqlType.Struct struct) {
        return "Field " + Quotes.nameIfNeeded(name) + " not found in struct. Valid fields are "
                + struct.members().stream()
                        .map(member -> Quotes.nameIfNeeded(member.name()))
                        .collect(Collectors.joining(", "));
    }
}
