package io.amp.adapters.query.bind;

import io.amp.adapters.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns that names may mean at some place of a statement.
 *
 * @param outer of the query around, for correlated subqueries
 */
record Scope(List<Field> fields, @Nullable Scope outer) {
    Scope {
        fields = List.copyOf(fields);
    }

    /** A field and what is written behind its name: fields of a struct. */
    record Found(Field field, List<String> rest) {}

    /** Several columns have the name. */
    static final class Ambiguous extends Exception {
        private static final long serialVersionUID = 1L;

        Ambiguous(String name) {
            super("Ambiguous reference to field " + name);
        }
    }

    /**
     * Resolves {@code a}, {@code t.a}, {@code s.t.a}, {@code t.a.field…}; inner scopes first, long qualifiers first.
     *
     * @return null when nothing has the name
     */
    @Nullable
    Found find(List<String> names) throws Ambiguous {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Found found = scope.findHere(names);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Nullable
    Found findHere(List<String> names) throws Ambiguous {
        for (int length = Math.min(3, names.size() - 1); length >= 0; length--) {
            List<String> qualifier = withoutCatalog(names.subList(0, length));
            String name = names.get(length);
            List<String> rest = names.subList(length + 1, names.size());
            Field field = single(qualifier, name);
            if (field != null && (rest.isEmpty() || field.column().type() instanceof SqlType.Struct)) {
                return new Found(field, rest);
            }
        }
        return null;
    }

    private static List<String> withoutCatalog(List<String> qualifier) {
        return qualifier.size() == 3 && qualifier.getFirst().equals("amp") ? qualifier.subList(1, 3) : qualifier;
    }

    private @Nullable Field single(List<String> qualifier, String name) throws Ambiguous {
        Field found = null;
        for (Field field : fields) {
            boolean reachable = qualifier.isEmpty() ? !field.merged() : field.isQualifiedBy(qualifier);
            if (reachable && field.name().equals(name)) {
                if (found != null && found.column().id() != field.column().id()) {
                    throw new Ambiguous(
                            String.join(".", qualifier.isEmpty() ? List.of(name) : concat(qualifier, name)));
                }
                found = field;
            }
        }
        return found;
    }

    private static List<String> concat(List<String> qualifier, String name) {
        var all = new ArrayList<>(qualifier);
        all.add(name);
        return all;
    }

    /** For messages about unknown names. */
    String validFields() {
        return fields.stream().map(Field::label).collect(Collectors.joining(", "));
    }
}
