package io.amp.core.job;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobError;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reading and resolving end blocks (jobs-and-storage specification, section 3.1). Pure. */
public final class EndBlocks {
    private EndBlocks() {}

    /** What an end block means for one run of a job. */
    public sealed interface Resolution {
        /** Follow the head for ever. */
        record Unbounded() implements Resolution {}

        /** Until this block, inclusive. */
        record Until(long block) implements Resolution {}

        /** The chain has no block yet that the end could be counted from: nothing to do. */
        record NoData() implements Resolution {}
    }

    /**
     * Reads what a client sent: null, {@code latest} or an integer.
     *
     * @throws AmpException {@link JobError#INVALID_END_BLOCK}
     */
    public static EndBlock parse(@Nullable String text) {
        if (text == null) {
            return new EndBlock.Continuous();
        }
        if (text.equals("latest")) {
            return new EndBlock.Latest();
        }
        try {
            long number = Long.parseLong(text);
            if (!text.startsWith("+") && number != Long.MIN_VALUE) {
                return number < 0 || text.startsWith("-")
                        ? new EndBlock.BehindLatest(-number)
                        : new EndBlock.Absolute(number);
            }
        } catch (NumberFormatException e) {
            throw invalid(text, e);
        }
        throw invalid(text, null);
    }

    private static AmpException invalid(String text, @Nullable Throwable cause) {
        return new AmpException(
                JobError.INVALID_END_BLOCK,
                "invalid end block value: '" + text + "' (expected 'latest' or an integer)",
                cause);
    }

    /** The form in descriptors: null, {@code latest}, {@code 100} or {@code -50}. */
    public static @Nullable String format(EndBlock endBlock) {
        return switch (endBlock) {
            case EndBlock.Continuous continuous -> null;
            case EndBlock.Latest latest -> "latest";
            case EndBlock.Absolute absolute -> Long.toString(absolute.number());
            case EndBlock.BehindLatest behind -> "-" + behind.blocks();
        };
    }

    /** True when {@link #resolve} needs to know the head. */
    public static boolean needsHead(EndBlock endBlock) {
        return endBlock instanceof EndBlock.Latest || endBlock instanceof EndBlock.BehindLatest;
    }

    /**
     * @param start first block of the dataset
     * @param head newest block; only looked at when {@link #needsHead}
     * @throws AmpException {@link JobError#RESOLVE_END_BLOCK}: the end is before the start
     */
    public static Resolution resolve(EndBlock endBlock, long start, OptionalLong head) {
        return switch (endBlock) {
            case EndBlock.Continuous continuous -> new Resolution.Unbounded();
            case EndBlock.Absolute absolute -> until(absolute.number(), start);
            case EndBlock.Latest latest -> head.isPresent() ? until(head.getAsLong(), start) : new Resolution.NoData();
            case EndBlock.BehindLatest behind ->
                head.isPresent() ? until(head.getAsLong() - behind.blocks(), start) : new Resolution.NoData();
        };
    }

    private static Resolution until(long end, long start) {
        if (end < start) {
            throw new AmpException(
                    JobError.RESOLVE_END_BLOCK, "end block (" + end + ") is less than start block (" + start + ")");
        }
        return new Resolution.Until(end);
    }
}
