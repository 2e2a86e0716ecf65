package io.amp.adapters.http.admin;

import io.javalin.http.Context;
import java.util.Locale;

/** Which client's expectations an answer serves, where they exclude each other (Admin API specification, section 19). */
public enum ClientProfile {
    CURRENT(StatusStyle.CURRENT),
    TYPESCRIPT(StatusStyle.LEGACY),
    PYTHON(StatusStyle.TITLE);

    private final StatusStyle statusStyle;

    ClientProfile(StatusStyle statusStyle) {
        this.statusStyle = statusStyle;
    }

    /** Job states as this client reads them on most routes. */
    StatusStyle statusStyle() {
        return statusStyle;
    }

    /** On the route that lists the jobs of a dataset version, where newer TypeScript tooling reads the stored words. */
    StatusStyle versionJobsStyle() {
        return this == TYPESCRIPT ? StatusStyle.CURRENT : statusStyle;
    }

    static ClientProfile of(Context context, AdminSettings settings) {
        context.header("Vary", "Amp-Client-Profile, User-Agent");
        String asked = context.header("Amp-Client-Profile");
        if (asked != null) {
            for (ClientProfile profile : values()) {
                if (profile.name().equalsIgnoreCase(asked.strip())) {
                    return profile;
                }
            }
        }
        if (settings.clientProfile() != null) {
            return settings.clientProfile();
        }
        String agent = context.header("User-Agent");
        String name = agent == null ? "" : agent.toLowerCase(Locale.ROOT);
        if (name.startsWith("python-httpx/")) {
            return PYTHON;
        }
        return name.startsWith("node") || name.startsWith("undici") || name.startsWith("mozilla")
                ? TYPESCRIPT
                : CURRENT;
    }
}
