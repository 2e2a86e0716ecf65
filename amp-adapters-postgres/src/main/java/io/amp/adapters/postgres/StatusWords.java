package io.amp.adapters.postgres;

import io.amp.ports.job.JobStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

/** The words of the status column, upper case. Rows of an older generation hold {@code FAILED}. */
final class StatusWords {
    private static final String FAILED = "FAILED";

    static final List<String> TERMINAL =
            of(List.of(JobStatus.STOPPED, JobStatus.COMPLETED, JobStatus.ERROR, JobStatus.FATAL));

    static final List<String> KNOWN = of(EnumSet.complementOf(EnumSet.of(JobStatus.UNKNOWN)));

    private StatusWords() {}

    static List<String> of(Collection<JobStatus> statuses) {
        List<String> words = new ArrayList<>();
        for (JobStatus status : statuses) {
            words.add(status.name());
            if (status == JobStatus.FATAL) {
                words.add(FAILED);
            }
        }
        return List.copyOf(words);
    }
}
