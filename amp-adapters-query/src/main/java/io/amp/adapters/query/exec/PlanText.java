package io.amp.adapters.query.exec;

import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;

/** The tree of a typed plan as EXPLAIN shows it. */
final class PlanText {
    private PlanText() {}

    static String of(Rel rel) {
        var text = new StringBuilder();
        append(rel, 0, text);
        return text.toString().stripTrailing();
    }

    private static void append(Rel rel, int depth, StringBuilder text) {
        text.append("  ".repeat(depth)).append(line(rel)).append('\n');
        Rels.inputs(rel).forEach(input -> append(input, depth + 1, text));
    }

    private static String line(Rel rel) {
        return switch (rel) {
            case Rel.Scan scan ->
                "TableScan: " + scan.table().reference() + "."
                        + scan.table().definition().name();
            case Rel.SingleRow ignored -> "EmptyRelation";
            case Rel.Project project -> "Projection: " + project.assignments().size() + " columns";
            case Rel.Extend extend -> "Projection: " + extend.assignments().size() + " more columns";
            case Rel.Filter ignored -> "Filter";
            case Rel.Join join ->
                (join.condition() == null ? "Cross " : join.kind() + " ") + "Join" + (join.lateral() ? " lateral" : "");
            case Rel.Aggregate aggregate ->
                "Aggregate: " + aggregate.keys().size() + " keys, "
                        + aggregate.calls().size() + " functions";
            case Rel.Window window -> "Window: " + window.calls().size() + " functions";
            case Rel.Unnest unnest -> "Unnest: " + unnest.lists().size() + " lists";
            case Rel.Distinct ignored -> "Distinct";
            case Rel.DistinctOn distinct -> "DistinctOn: " + distinct.keys().size() + " keys";
            case Rel.Sort sort ->
                (sort.keys().isEmpty() ? "Limit" : "Sort: " + sort.keys().size() + " keys")
                        + (sort.limit() == null || sort.keys().isEmpty() ? "" : ", limited");
            case Rel.SetOperation set -> set.kind() + (set.all() ? " ALL" : "");
            case Rel.Values values -> "Values: " + values.rows().size() + " rows";
            case Rel.With with -> "With: " + with.tables().size() + " queries";
            case Rel.CommonTableUse use -> "Use of query " + use.id();
        };
    }
}
