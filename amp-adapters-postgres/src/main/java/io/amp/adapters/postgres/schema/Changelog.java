package io.amp.adapters.postgres.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The migrations that this program brings.
 *
 * @param version number of the last changeset
 * @param digest SHA-256 of the file
 */
record Changelog(int version, String digest) {
    /** Path of the file in the class path. */
    static final String RESOURCE = "io/amp/adapters/postgres/schema/metadata.sql";

    private static final Pattern CHANGESET = Pattern.compile("(?m)^--changeset amp:(\\d+)\\b");

    static final Changelog CURRENT = read();

    private static Changelog read() {
        try (InputStream content = Changelog.class.getResourceAsStream("/" + RESOURCE)) {
            if (content == null) {
                throw new IllegalStateException(RESOURCE + " is not in the class path");
            }
            byte[] bytes = content.readAllBytes();
            Matcher changesets = CHANGESET.matcher(new String(bytes, StandardCharsets.UTF_8));
            int version = 0;
            while (changesets.find()) {
                int number = Integer.parseInt(changesets.group(1));
                if (number != version + 1) {
                    throw new IllegalStateException("changeset " + number + " follows " + version);
                }
                version = number;
            }
            String digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new Changelog(version, digest);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot read " + RESOURCE, e);
        }
    }
}
