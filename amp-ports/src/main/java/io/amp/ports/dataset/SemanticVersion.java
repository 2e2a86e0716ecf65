package io.amp.ports.dataset;

import java.util.regex.Pattern;

/** A SemVer 2.0.0 version; equality is by text (build part included), order by SemVer precedence, ties by text. */
public record SemanticVersion(String text) implements Comparable<SemanticVersion> {
    /** The pattern that semver.org suggests. */
    private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
            + "(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?");

    public SemanticVersion {
        if (!isValid(text)) {
            throw new IllegalArgumentException("invalid version: '" + text + "'");
        }
    }

    public static boolean isValid(String text) {
        return text.length() <= 255 && FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(SemanticVersion other) {
        int byPrecedence = comparePrecedence(other);
        return byPrecedence != 0 ? byPrecedence : text.compareTo(other.text);
    }

    /** SemVer precedence alone: versions that differ only in their build part are equal. */
    public int comparePrecedence(SemanticVersion other) {
        var mine = FORM.matcher(text);
        var theirs = FORM.matcher(other.text);
        if (!mine.matches() || !theirs.matches()) {
            throw new IllegalStateException("validated in the constructor");
        }
        for (int group = 1; group <= 3; group++) {
            int byNumber = compareDigits(mine.group(group), theirs.group(group));
            if (byNumber != 0) {
                return byNumber;
            }
        }
        String pre = mine.group(4);
        String otherPre = theirs.group(4);
        if (pre == null || otherPre == null) {
            return Boolean.compare(pre == null, otherPre == null);
        }
        return comparePreRelease(pre.split("\\."), otherPre.split("\\."));
    }

    private static int comparePreRelease(String[] mine, String[] theirs) {
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            boolean numeric = isNumber(mine[i]);
            boolean otherNumeric = isNumber(theirs[i]);
            int order = numeric && otherNumeric
                    ? compareDigits(mine[i], theirs[i])
                    : numeric != otherNumeric ? (numeric ? -1 : 1) : mine[i].compareTo(theirs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Numbers without leading zeros compare by length first; their size is not limited. */
    private static int compareDigits(String mine, String theirs) {
        int byLength = Integer.compare(mine.length(), theirs.length());
        return byLength != 0 ? byLength : mine.compareTo(theirs);
    }

    @Override
    public String toString() {
        return text;
    }
}
