package io.amp.app.cli;

import java.util.Map;
import java.util.TreeMap;

/** What this program was built from, as its jar's manifest tells. */
record BuildFacts(String version) {
    static BuildFacts read() {
        String version = BuildFacts.class.getPackage().getImplementationVersion();
        return new BuildFacts(version == null || version.startsWith("$") ? "unknown" : version);
    }

    String line() {
        return "ampd " + version;
    }

    /** For the worker's registration; unknown facts are left out. */
    Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>();
        if (!version.equals("unknown")) {
            facts.put("version", version);
        }
        return facts;
    }
}
