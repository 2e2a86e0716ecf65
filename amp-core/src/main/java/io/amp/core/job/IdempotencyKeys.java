package io.amp.core.job;

import io.amp.ports.dataset.DatasetVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Keys that let a dataset version have one job of a kind (jobs-and-storage specification, section 3.4). Pure. */
public final class IdempotencyKeys {
    private IdempotencyKeys() {}

    /** @param kind of the descriptor, e.g. {@code materialize-raw} */
    public static String of(String kind, DatasetVersion dataset) {
        byte[] text = (kind + ":" + dataset).getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
