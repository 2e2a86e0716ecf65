package io.amp.app.config;

import io.amp.ports.job.JobTimings;
import java.util.List;

/**
 * The whole configuration of {@code ampd} (command-line specification, section 12).
 *
 * @param jobs {@code [jobs]}
 * @param warnings what was read but should be changed, for the log
 */
public record AmpConfig(
        StorageConfig storage,
        ExtractionConfig extraction,
        QueryServerConfig queryServer,
        AdminApiConfig adminApi,
        MetadataDbConfig metadataDb,
        WriterConfig writer,
        OpenTelemetryConfig openTelemetry,
        WorkerEventsConfig workerEvents,
        JobTimings jobs,
        JavascriptConfig javascript,
        List<String> warnings) {
    public AmpConfig {
        warnings = List.copyOf(warnings);
    }
}
