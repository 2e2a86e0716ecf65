package io.amp.core.verify;

import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A check that failed.
 *
 * @param check which one, in the words of the specification
 * @param detail what is wrong, without the block
 * @param index of the transaction or log, -1 for the block itself
 */
record Mismatch(
        String check,
        String detail,
        int index,
        @Nullable String computed,
        @Nullable String expected) {
    static Mismatch of(String check, String detail, int index) {
        return new Mismatch(check, detail, index, null, null);
    }

    /** Two values that should be equal. */
    static Mismatch of(String check, String subject, int index, String computed, String expected) {
        return new Mismatch(
                check, subject + ": computed " + computed + ", expected " + expected, index, computed, expected);
    }

    Mismatch because(@Nullable String more) {
        return more == null ? this : new Mismatch(check, detail + "; " + more, index, computed, expected);
    }

    AmpException toException(long block) {
        var context = new TreeMap<String, Object>();
        context.put("block", block);
        context.put("check", check);
        if (index >= 0) {
            context.put("index", (long) index);
        }
        if (computed != null) {
            context.put("computed", computed);
        }
        if (expected != null) {
            context.put("expected", expected);
        }
        return new AmpException(
                SourceError.VERIFICATION_FAILED,
                "block " + Long.toUnsignedString(block) + ": " + detail,
                null,
                Map.copyOf(context));
    }
}
