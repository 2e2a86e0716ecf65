package io.amp.app.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where files go that can be made again: unpacked programs, copies of remote segments. */
final class Caches {
    private Caches() {}

    /** Root's home is closed to the user that the managed database runs as. */
    private static final Path OF_ROOT = Path.of("/var/cache/amp");

    /** {@code AMP_CACHE_DIR}, else {@code $XDG_CACHE_HOME/amp}, else {@code ~/.cache/amp}; for root {@code /var/cache/amp}. */
    static Path directory(Map<String, String> environment) {
        String chosen = environment.getOrDefault("AMP_CACHE_DIR", "");
        if (!chosen.isBlank()) {
            return Path.of(chosen).toAbsolutePath();
        }
        String base = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (base.isBlank() && System.getProperty("user.name").equals("root")) {
            return OF_ROOT;
        }
        return base.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "amp").toAbsolutePath()
                : Path.of(base, "amp").toAbsolutePath();
    }
}
