package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Expr.Column;
import io.amp.adapters.query.type.Quotes;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A column that a query can name.
 *
 * @param qualifier parts that may stand before the name, such as {@code [tiny, blocks]} or an alias; empty for computed columns
 * @param merged a join column of USING whose twin stands for both: reachable with its qualifier only
 */
record Field(List<String> qualifier, String name, Column column, boolean merged) {
    Field {
        qualifier = List.copyOf(qualifier);
    }

    Field(List<String> qualifier, String name, Column column) {
        this(qualifier, name, column, false);
    }

    /** True when the written qualifier is the end of this one: {@code blocks} and {@code tiny.blocks} both name {@code tiny.blocks}. */
    boolean isQualifiedBy(List<String> written) {
        int extra = qualifier.size() - written.size();
        return extra >= 0 && qualifier.subList(extra, qualifier.size()).equals(written);
    }

    /** {@code tiny.blocks.block_num}, quoted where needed. */
    String label() {
        return qualifierPrefix() + Quotes.nameIfNeeded(name);
    }

    private String qualifierPrefix() {
        return qualifier.stream().map(part -> Quotes.nameIfNeeded(part) + ".").collect(Collectors.joining());
    }

    /** The label inside default column names, which are not quoted. */
    String plainLabel() {
        return qualifier.stream().map(part -> part + ".").collect(Collectors.joining()) + name;
    }

    Field nullable() {
        return new Field(qualifier, name, column.asNullable(), merged);
    }

    Field asMerged() {
        return new Field(qualifier, name, column, true);
    }

    Field withQualifier(List<String> other) {
        return new Field(other, name, column);
    }
}
