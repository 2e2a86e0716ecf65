package io.amp.app.config;

import java.util.Optional;

/**
 * The Admin API.
 *
 * @param token that every route but health demands
 * @param redactSecrets mask provider secrets in answers
 * @param manifestMax body limit of the routes that take manifests
 * @param prometheus serve {@code GET /metrics}
 */
public record AdminApiConfig(
        ListenAddress address,
        Optional<Secret> token,
        boolean redactSecrets,
        JobStatusStyle jobStatusStyle,
        ClientProfile clientProfile,
        DataSize manifestMax,
        boolean prometheus) {
    /** Spelling of job states. */
    public enum JobStatusStyle {
        AUTO,
        CURRENT,
        LEGACY,
        TITLE
    }

    /** Whose expectations to serve. */
    public enum ClientProfile {
        AUTO,
        CURRENT,
        TYPESCRIPT,
        PYTHON
    }
}
