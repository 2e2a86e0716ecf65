package io.amp.core.job;

import io.amp.core.provider.Secrets;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.ErrorDetail;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobError;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.StorageError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a job's failure means (jobs-and-storage specification, section 3.6): whether a retry can help, and what clients see. What nobody
 * classified is a crash of the job's code, which no retry mends. Pure.
 *
 * @param status {@link JobStatus#ERROR} (retried) or {@link JobStatus#FATAL}
 */
public record JobFailure(JobStatus status, ErrorDetail detail) {
    /** Causes kept in the detail, and the longest text of each: details are rows of the database. */
    private static final int CAUSES_MAX = 20;

    private static final int TEXT_MAX = 2_000;

    /** Frames kept per cause in a log. */
    private static final int FRAMES_MAX = 40;

    private static final Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s'\"<>]+");

    /** True when the job is not this worker's any more: it must write no status. */
    public static boolean isFenced(Throwable failure) {
        return chain(failure).stream()
                .anyMatch(cause -> cause instanceof AmpException amp && amp.is(StorageError.FENCED));
    }

    /**
     * @param job as run; gives the attempt
     * @param descriptor null when it could not be read
     */
    public static JobFailure of(Throwable failure, Job job, @Nullable JobDescriptor descriptor) {
        List<Throwable> chain = chain(failure);
        Map<String, Object> context = new HashMap<>();
        for (Throwable cause : chain) {
            if (cause instanceof AmpException amp) {
                amp.context().forEach(context::putIfAbsent);
            }
        }
        List<String> causes =
                chain.stream().skip(1).limit(CAUSES_MAX).map(JobFailure::textOf).toList();
        if (!causes.isEmpty()) {
            context.put("stack_trace", causes);
        }
        context.put("attempt_index", (long) job.attempts());
        if (descriptor != null) {
            context.put("dataset", descriptor.dataset().name().toString());
            context.put("manifest_hash", descriptor.dataset().hash().hex());
        }
        return new JobFailure(
                isRecoverable(failure) ? JobStatus.ERROR : JobStatus.FATAL,
                new ErrorDetail(codeOf(failure), textOf(failure), context));
    }

    private static boolean isRecoverable(Throwable failure) {
        if (!(failure instanceof AmpException amp)) {
            return false;
        }
        return switch (amp.code()) {
            case JobError code -> isRecoverable(code, amp);
            case StorageError code -> code.retryable();
            default -> false;
        };
    }

    private static boolean isRecoverable(JobError code, AmpException failure) {
        return switch (code) {
            // A step that only passes on what went wrong below it.
            case GET_DATASET,
                    GET_ACTIVE_PHYSICAL_TABLE,
                    REGISTER_NEW_PHYSICAL_TABLE,
                    LOCK_REVISIONS_FOR_WRITER,
                    CONSISTENCY_CHECK,
                    CREATE_BLOCK_STREAM_CLIENT,
                    RESOLVE_END_BLOCK,
                    MISSING_RANGES ->
                failure.getCause() instanceof AmpException cause ? cause.retryable() : code.retryable();
            default -> code.retryable();
        };
    }

    private static String codeOf(Throwable failure) {
        if (failure instanceof AmpException amp) {
            if (amp.code() instanceof JobError code) {
                return code.wireName();
            }
            if (amp.code() instanceof StorageError) {
                // Only writing and committing files meet the stores without naming their step.
                return JobError.PARTITION_TASK.wireName();
            }
        }
        return JobError.PANIC.wireName();
    }

    /** From the failure itself to the root, each once. */
    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = failure; next != null && !chain.contains(next); next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }

    private static String textOf(Throwable failure) {
        String message = failure.getMessage();
        String text = failure instanceof AmpException
                ? String.valueOf(message)
                : failure.getClass().getSimpleName() + (message == null ? "" : ": " + withoutCredentials(message));
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
    }

    /** Messages of foreign exceptions may quote a URL with keys; ours never do. */
    private static String withoutCredentials(String message) {
        return URL.matcher(message).replaceAll(url -> Matcher.quoteReplacement(Secrets.redactedUrl(url.group())));
    }

    /** The failure for a log: what failed and why, and for a crash of the job's code also where. */
    static String trace(Throwable failure) {
        StringBuilder trace = new StringBuilder();
        boolean crash = codeOf(failure).equals(JobError.PANIC.wireName());
        for (Throwable cause : chain(failure)) {
            trace.append(trace.isEmpty() ? "" : crash ? "\nCaused by: " : ", because ")
                    .append(textOf(cause));
            if (crash) {
                Arrays.stream(cause.getStackTrace())
                        .limit(FRAMES_MAX)
                        .forEach(frame -> trace.append("\n\tat ").append(frame));
            }
        }
        return trace.toString();
    }
}
