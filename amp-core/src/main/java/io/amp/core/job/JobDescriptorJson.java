package io.amp.core.job;

import io.amp.core.json.JsonNode;
import io.amp.core.json.JsonWriter;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobDescriptor.MaterializeDerived;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;
import io.amp.ports.job.VerifyMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of descriptors (jobs-and-storage specification, section 3.1). Pure. */
public final class JobDescriptorJson {
    /** Most partitions of a job: the field is an unsigned 16-bit number. */
    public static final int WRITERS_MAX = 65_535;

    private static final String PARTIAL = "partial";

    private JobDescriptorJson() {}

    public static String write(JobDescriptor descriptor) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("kind", descriptor.kind());
        fields.put("end_block", EndBlocks.format(descriptor.endBlock()));
        if (descriptor instanceof MaterializeRaw raw) {
            fields.put("max_writers", raw.maxWriters());
        }
        fields.put("dataset_namespace", descriptor.dataset().name().namespace());
        fields.put("dataset_name", descriptor.dataset().name().name());
        fields.put("manifest_hash", descriptor.dataset().hash().hex());
        if (descriptor instanceof MaterializeRaw raw) {
            fields.put("verify", verifyValue(raw.verify()));
        }
        return JsonWriter.compact(fields);
    }

    private static Object verifyValue(VerifyMode mode) {
        return switch (mode) {
            case OFF -> false;
            case FULL -> true;
            case PARTIAL -> PARTIAL;
        };
    }

    /**
     * Reads a stored descriptor. Fields with a default may be missing, {@code end_block} may be a number, unknown fields are ignored.
     *
     * @throws AmpException {@link JobError#INVALID_DESCRIPTOR}
     */
    public static JobDescriptor read(String text) {
        JsonNode document = JsonNode.document(text, "the job descriptor", JobError.INVALID_DESCRIPTOR);
        String kind = document.required("kind").string();
        return switch (kind) {
            case MaterializeRaw.KIND ->
                new MaterializeRaw(dataset(document), endBlock(document), writers(document), verify(document));
            case MaterializeDerived.KIND -> new MaterializeDerived(dataset(document), endBlock(document));
            default -> throw document.required("kind").fault("unknown kind of job: '" + kind + "'");
        };
    }

    private static DatasetVersion dataset(JsonNode document) {
        try {
            return new DatasetVersion(
                    new DatasetName(
                            document.required("dataset_namespace").string(),
                            document.required("dataset_name").string()),
                    new ManifestHash(document.required("manifest_hash").string()));
        } catch (IllegalArgumentException e) {
            throw new AmpException(JobError.INVALID_DESCRIPTOR, String.valueOf(e.getMessage()), e);
        }
    }

    private static EndBlock endBlock(JsonNode document) {
        JsonNode field = document.optional("end_block").orElse(null);
        if (field == null) {
            return new EndBlock.Continuous();
        }
        try {
            return EndBlocks.parse(String.valueOf(field.value()));
        } catch (AmpException e) {
            throw new AmpException(JobError.INVALID_DESCRIPTOR, e.getMessage(), e);
        }
    }

    private static int writers(JsonNode document) {
        long writers = document.optional("max_writers")
                .map(field -> field.integer(0, WRITERS_MAX))
                .orElse(1L);
        return (int) Math.max(writers, 1);
    }

    private static VerifyMode verify(JsonNode document) {
        JsonNode field = document.optional("verify").orElse(null);
        if (field == null) {
            return VerifyMode.OFF;
        }
        if (field.isString()) {
            if (field.string().equals(PARTIAL)) {
                return VerifyMode.PARTIAL;
            }
            throw field.fault("must be true, false or '" + PARTIAL + "', not '" + field.string() + "'");
        }
        return field.bool() ? VerifyMode.FULL : VerifyMode.OFF;
    }
}
