package io.amp.testkit.metadata;

import java.util.regex.Pattern;

/** Nodes of one-shot processes ({@code dump-<uuid>}): their jobs end with them. */
final class EphemeralNodes {
    private static final Pattern FORM = Pattern.compile("dump-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private EphemeralNodes() {}

    static boolean isEphemeral(String nodeId) {
        return FORM.matcher(nodeId).matches();
    }
}
