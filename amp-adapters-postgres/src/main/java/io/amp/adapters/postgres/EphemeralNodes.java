package io.amp.adapters.postgres;

import java.util.regex.Pattern;

/** Nodes of one-shot processes: their jobs end with them, and they leave no worker behind. */
final class EphemeralNodes {
    static final Pattern FORM = Pattern.compile("dump-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private EphemeralNodes() {}
}
