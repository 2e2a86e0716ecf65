package io.amp.adapters.query.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for the types of a function. */
public final class Shapes {
    private static final int NAME_BYTES = 16;

    private Shapes() {}

    public static String name(String types) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(types.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
