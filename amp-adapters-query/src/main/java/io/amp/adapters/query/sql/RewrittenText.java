package io.amp.adapters.query.sql;

import io.amp.adapters.query.type.SqlType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement in the parser's language, on one line, with the way back to the user's tokens.
 *
 * @param text what the parser reads
 * @param pieces where in {@code text} which token stands
 * @param types targets of casts, by number
 * @param parameters what each {@code ?} of the text stands for, in order
 */
record RewrittenText(String text, Pieces pieces, List<SqlType> types, List<Parameter> parameters, Settings settings) {

    /** Meaning of one {@code ?}. */
    sealed interface Parameter {
        /**
         * A placeholder of the user.
         *
         * @param number 1-based
         */
        record User(int number) implements Parameter {}

        /** An interval as bound of a window frame, where the parser takes no expressions; token indexes. */
        record FrameInterval(int amount, @Nullable Integer unit) implements Parameter {}
    }

    /** Index of the token that made the character at an offset. */
    int originAt(int offset) {
        return pieces.originAt(offset);
    }

    /** Offsets at which pieces begin, ascending, and the index of the token that each comes from. */
    static final class Pieces {
        private final int[] starts;
        private final int[] origins;

        Pieces(int[] starts, int[] origins) {
            this.starts = starts;
            this.origins = origins;
        }

        int originAt(int offset) {
            int at = Arrays.binarySearch(starts, offset);
            return origins[Math.max(0, at >= 0 ? at : -at - 2)];
        }
    }

    /** Collects pieces. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private int[] starts = new int[64];
        private int[] origins = new int[64];
        private int pieces;
        private final List<SqlType> types = new ArrayList<>();
        private final List<Parameter> parameters = new ArrayList<>();

        /** Appends a piece, separated by a blank. */
        void add(String piece, int origin) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            if (pieces == starts.length) {
                starts = Arrays.copyOf(starts, 2 * pieces);
                origins = Arrays.copyOf(origins, 2 * pieces);
            }
            starts[pieces] = text.length();
            origins[pieces++] = origin;
            text.append(piece);
        }

        int addType(SqlType type) {
            types.add(type);
            return types.size() - 1;
        }

        void addParameter(Parameter parameter) {
            parameters.add(parameter);
        }

        RewrittenText build(Settings settings) {
            return new RewrittenText(
                    text.toString(),
                    new Pieces(Arrays.copyOf(starts, pieces), Arrays.copyOf(origins, pieces)),
                    List.copyOf(types),
                    List.copyOf(parameters),
                    settings);
        }
    }
}
