package io.amp.adapters.query.evm;

import io.amp.adapters.query.type.ArrowText;
import io.amp.adapters.query.type.SqlType;
import io.amp.adapters.query.type.SqlType.Member;
import io.amp.adapters.query.type.Types;
import io.amp.evm.abi.ValueType;
import java.util.List;

/** Between types of the ABI library and of SQL. */
final class EvmTypes {
    private EvmTypes() {}

    static SqlType sql(ValueType type) {
        return switch (type) {
            case ValueType.Bool ignored -> Types.BOOL;
            case ValueType.Int t -> new SqlType.Int(t.bits(), t.signed());
            case ValueType.Decimal t -> new SqlType.Decimal(t.bits(), t.precision(), t.scale());
            case ValueType.Text ignored -> Types.TEXT;
            case ValueType.Binary ignored -> Types.BINARY;
            case ValueType.FixedBinary t -> new SqlType.FixedBinary(t.size());
            case ValueType.Items t -> SqlType.listOf(sql(t.element()));
            case ValueType.FixedItems t -> new SqlType.ListOf(sql(t.element()), true, t.size(), false);
            case ValueType.Struct t -> struct(t.fields());
            case ValueType.Null ignored -> Types.NULL;
            case ValueType.Other other -> throw new IllegalArgumentException(other.toString());
        };
    }

    static SqlType.Struct struct(List<ValueType.Field> fields) {
        return new SqlType.Struct(fields.stream()
                .map(field -> new Member(field.name(), sql(field.type()), true))
                .toList());
    }

    static ValueType abi(SqlType type) {
        return switch (type) {
            case SqlType.Null ignored -> new ValueType.Null();
            case SqlType.Bool ignored -> new ValueType.Bool();
            case SqlType.Int t -> new ValueType.Int(t.bits(), t.signed());
            case SqlType.Decimal t -> new ValueType.Decimal(t.bits(), t.precision(), t.scale());
            case SqlType.Text ignored -> new ValueType.Text();
            case SqlType.Binary ignored -> new ValueType.Binary();
            case SqlType.FixedBinary t -> new ValueType.FixedBinary(t.size());
            case SqlType.ListOf t ->
                t.isFixed()
                        ? new ValueType.FixedItems(abi(t.element()), t.fixedSize())
                        : new ValueType.Items(abi(t.element()));
            case SqlType.Struct t ->
                new ValueType.Struct(t.members().stream()
                        .map(member -> new ValueType.Field(member.name(), abi(member.type())))
                        .toList());
            default -> new ValueType.Other(ArrowText.print(type));
        };
    }
}
