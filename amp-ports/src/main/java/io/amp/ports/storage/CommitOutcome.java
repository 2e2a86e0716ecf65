package io.amp.ports.storage;

import io.amp.ports.error.AmpException;
import java.util.List;

/** What became of a commit. The caller must branch on it; forgetting a case does not compile. */
public sealed interface CommitOutcome {
    /** Durable and visible, now or by an earlier attempt; ids in the order of the files. */
    record Committed(List<Long> fileIds) implements CommitOutcome {
        public Committed {
            fileIds = List.copyOf(fileIds);
        }
    }

    /** Rejected, nothing written: the writer's assignment is not the job's any more. */
    record Fenced(String reason) implements CommitOutcome {}

    /** The acknowledgement was lost. Repeat the same commit (it is idempotent) before deleting anything. */
    record Unknown(AmpException cause) implements CommitOutcome {}
}
