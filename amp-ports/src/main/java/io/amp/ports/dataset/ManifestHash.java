package io.amp.ports.dataset;

import java.util.Locale;
import java.util.regex.Pattern;

/** SHA-256 of a manifest's canonical bytes: 64 lower-case hex digits, the manifest's identity. */
public record ManifestHash(String hex) implements Comparable<ManifestHash> {
    private static final Pattern FORM = Pattern.compile("[0-9a-fA-F]{64}");

    public ManifestHash {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("invalid manifest hash: '" + hex + "'");
        }
        hex = hex.toLowerCase(Locale.ROOT);
    }

    public static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    /** First seven digits, for humans. */
    public String abbreviated() {
        return hex.substring(0, 7);
    }

    @Override
    public int compareTo(ManifestHash other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
