package io.amp.core.dataset;

import io.amp.ports.dataset.SemanticVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of acceptable versions as dependencies of the first generation name it: {@code ^0.1.0}, {@code ~1.2}, {@code >=1, <2}, {@code
 * 1.*}; without operator a caret is meant. A pre-release is accepted only when a comparator names a pre-release of the same three
 * numbers.
 */
final class VersionRequirement {
    private static final Pattern COMPARATOR = Pattern.compile("(=|>=|<=|>|<|~|\\^)?\\s*(\\d{1,18}|[*xX])"
            + "(?:\\.(\\d{1,18}|[*xX])(?:\\.(\\d{1,18}|[*xX])(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?)?)?");
    private static final Pattern CORE = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)(-[^+]*)?.*");

    private final String text;
    private final List<Comparator> comparators;

    private VersionRequirement(String text, List<Comparator> comparators) {
        this.text = text;
        this.comparators = comparators;
    }

    /** @throws IllegalArgumentException not a requirement; the message repeats it */
    static VersionRequirement parse(String text) {
        List<Comparator> comparators = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher matcher = COMPARATOR.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException("invalid version requirement '" + text + "'");
            }
            Long major = number(matcher.group(2));
            Long minor = number(matcher.group(3));
            Long patch = number(matcher.group(4));
            boolean wildcard = hasWildcard(matcher);
            String operator = matcher.group(1) != null ? matcher.group(1) : wildcard ? "=" : "^";
            if ((major == null && minor != null) || (minor == null && patch != null)) {
                throw new IllegalArgumentException("invalid version requirement '" + text + "'");
            }
            comparators.add(new Comparator(operator, major, minor, patch, matcher.group(5)));
        }
        return new VersionRequirement(text.strip(), comparators);
    }

    String text() {
        return text;
    }

    boolean accepts(SemanticVersion version) {
        if (!comparators.stream().allMatch(comparator -> comparator.accepts(version))) {
            return false;
        }
        Matcher core = core(version);
        return core.group(4) == null
                || comparators.stream()
                        .anyMatch(comparator -> comparator.preRelease != null
                                && core.group()
                                        .startsWith(comparator.major + "." + comparator.minor + "." + comparator.patch
                                                + "-"));
    }

    private static boolean hasWildcard(Matcher matcher) {
        for (int group = 2; group <= 4; group++) {
            String part = matcher.group(group);
            if (part != null && !Character.isDigit(part.charAt(0))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Long number(@Nullable String part) {
        return part == null || !Character.isDigit(part.charAt(0)) ? null : Long.valueOf(part);
    }

    private static Matcher core(SemanticVersion version) {
        Matcher core = CORE.matcher(version.text());
        if (!core.matches()) {
            throw new IllegalStateException("a version has three numbers: " + version);
        }
        return core;
    }

    /** Missing numbers are null: {@code 1} is major alone. */
    private record Comparator(
            String operator,
            @Nullable Long major,
            @Nullable Long minor,
            @Nullable Long patch,
            @Nullable String preRelease) {
        boolean accepts(SemanticVersion version) {
            if (major == null) {
                return true;
            }
            return switch (operator) {
                case "=" -> patch == null ? withinWritten(version) : compare(version, lowest()) == 0;
                case ">" ->
                    patch == null
                            ? compare(version, lowest()) >= 0 && !withinWritten(version)
                            : compare(version, lowest()) > 0;
                case ">=" -> compare(version, lowest()) >= 0;
                case "<" -> compare(version, lowest()) < 0;
                case "<=" ->
                    patch == null
                            ? compare(version, lowest()) < 0 || withinWritten(version)
                            : compare(version, lowest()) <= 0;
                case "~" -> compare(version, lowest()) >= 0 && sameUpTo(version, minor == null ? 1 : 2);
                default -> compare(version, lowest()) >= 0 && sameUpTo(version, caretDepth());
            };
        }

        private int caretDepth() {
            if (major != null && major > 0) {
                return 1;
            }
            if (minor == null) {
                return 1;
            }
            return minor > 0 || patch == null ? 2 : 3;
        }

        private boolean withinWritten(SemanticVersion version) {
            return sameUpTo(version, minor == null ? 1 : patch == null ? 2 : 3);
        }

        private boolean sameUpTo(SemanticVersion version, int depth) {
            Matcher core = core(version);
            return core.group(1).equals(String.valueOf(major))
                    && (depth < 2 || core.group(2).equals(String.valueOf(minor)))
                    && (depth < 3 || core.group(3).equals(String.valueOf(patch)));
        }

        private SemanticVersion lowest() {
            return new SemanticVersion(major + "." + (minor == null ? 0 : minor) + "." + (patch == null ? 0 : patch)
                    + (preRelease == null ? "" : "-" + preRelease));
        }

        /** Precedence without the build part, which {@link SemanticVersion} uses to break ties. */
        private static int compare(SemanticVersion version, SemanticVersion bound) {
            int plus = version.text().indexOf('+');
            return (plus < 0 ? version : new SemanticVersion(version.text().substring(0, plus))).compareTo(bound);
        }
    }
}
