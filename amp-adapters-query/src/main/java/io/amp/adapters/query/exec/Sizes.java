package io.amp.adapters.query.exec;

import java.util.Locale;

/** Sizes as messages print them: the next unit only from two of it up, so 1 MiB is {@code 1024.0 KB}. */
final class Sizes {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Sizes() {}

    static String print(long bytes) {
        int unit = 0;
        double value = bytes;
        while (unit < UNITS.length - 1 && value >= 2 * 1024) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
