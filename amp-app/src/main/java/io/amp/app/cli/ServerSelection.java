package io.amp.app.cli;

import io.amp.app.node.AmpProcess.Part;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which servers to run: selectors, not toggles (command-line specification, section 2). */
public final class ServerSelection {
    @Option(names = "--flight-server", description = "Serve Arrow Flight. Environment: AMP_FLIGHT_SERVER.")
    private boolean flight;

    @Option(names = "--jsonl-server", description = "Serve JSON Lines. Environment: AMP_JSONL_SERVER.")
    private boolean jsonLines;

    @Option(names = "--admin-server", description = "Serve the Admin API. Environment: AMP_ADMIN_SERVER.")
    private boolean admin;

    /** @param fallback when none is selected */
    Set<Part> selected(CommandLine command, Map<String, String> environment, Set<Part> fallback) {
        Set<Part> selected = EnumSet.noneOf(Part.class);
        if (EnvironmentFlags.isSet(flight, command, environment, "AMP_FLIGHT_SERVER", "FLIGHT_SERVER")) {
            selected.add(Part.FLIGHT);
        }
        if (EnvironmentFlags.isSet(jsonLines, command, environment, "AMP_JSONL_SERVER", "JSONL_SERVER")) {
            selected.add(Part.JSON_LINES);
        }
        if (EnvironmentFlags.isSet(admin, command, environment, "AMP_ADMIN_SERVER", "ADMIN_SERVER")) {
            selected.add(Part.ADMIN_API);
        }
        return selected.isEmpty() ? EnumSet.copyOf(fallback) : selected;
    }
}
