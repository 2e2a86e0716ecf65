package io.amp.core.dataset;

import io.amp.core.json.JsonWriter;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.ManifestHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A manifest together with its canonical form (datasets specification, section 2.4), which keeps what the decoded manifest drops: the
 * tables of a raw dataset as they were given, and the spelling of its network.
 *
 * @param canonical plain values in canonical order
 * @param embedded the name and version that older documents carry; they are no part of the manifest
 * @param warnings harmless differences, for the log
 */
public record ManifestDocument(
        Manifest manifest, Map<String, @Nullable Object> canonical, Embedded embedded, List<String> warnings) {
    public ManifestDocument {
        warnings = List.copyOf(warnings);
    }

    /** Compact and without final line break; the bytes that are stored and hashed. */
    public String canonicalText() {
        return JsonWriter.compact(canonical);
    }

    /** The canonical form for people: indented by two blanks, with a final line break. Registering it gives the same hash. */
    public String indentedText() {
        return JsonWriter.indented(canonical) + "\n";
    }

    public ManifestHash hash() {
        return hashOf(canonicalText().getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256 of stored bytes. */
    public static ManifestHash hashOf(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new ManifestHash(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** @param version as written, not checked */
    public record Embedded(@Nullable String name, @Nullable String version) {}
}
