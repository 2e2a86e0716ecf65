package io.amp.adapters.query.bind;

import io.amp.adapters.query.plan.Rel;
import java.util.List;

/** A bound query; one field per output column, in order. */
record BoundQuery(Rel rel, List<Field> fields) {
    BoundQuery {
        fields = List.copyOf(fields);
    }
}
