package io.amp.adapters.query.exec;

import io.amp.adapters.query.plan.Rel;
import io.amp.adapters.query.plan.Rels;
import io.amp.adapters.query.prune.RowGoal;
import io.amp.adapters.query.prune.SegmentFilter;
import io.amp.ports.storage.Segment;
import io.amp.ports.storage.TableKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The segments that each scan of a statement has to read. */
final class SegmentSelection {
    private final Map<Integer, List<Segment>> byScan = new HashMap<>();

    private SegmentSelection() {}

    static SegmentSelection of(PlannedStatement planned, Map<TableKey, List<Segment>> segments) {
        var selection = new SegmentSelection();
        Rels.forEach(planned.statement().rel(), node -> {
            if (node instanceof Rel.Scan scan) {
                List<Segment> wanted = planned.filters()
                        .getOrDefault(scan.id(), SegmentFilter.NOTHING_KNOWN)
                        .apply(segments.getOrDefault(scan.table().key(), List.of()));
                RowGoal goal = planned.goals().get(scan.id());
                selection.byScan.put(scan.id(), goal == null ? wanted : goal.apply(wanted));
            }
        });
        return selection;
    }

    List<Segment> of(Rel.Scan scan) {
        return byScan.getOrDefault(scan.id(), List.of());
    }

    Set<Segment> all() {
        Set<Segment> all = new LinkedHashSet<>();
        byScan.values().forEach(all::addAll);
        return all;
    }
}
