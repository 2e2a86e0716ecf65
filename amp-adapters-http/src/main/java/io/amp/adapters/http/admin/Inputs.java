package io.amp.adapters.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.adapters.http.RequestBodies;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRegistry;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.Manifest;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reading requests, each refusal with the code of its route. */
final class Inputs {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    static final long BODY_BYTES_MAX = 2L * 1024 * 1024;

    private static final Pattern ID = Pattern.compile("[0-9]{1,19}");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    private Inputs() {}

    /** RFC 3339 in UTC with offset. */
    static String time(Instant instant) {
        return TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    static DatasetName dataset(Context context, ErrorCode code) {
        return dataset(context.pathParam("ns"), context.pathParam("name"), code);
    }

    static DatasetName dataset(String namespace, String name, ErrorCode code) {
        if (!DatasetName.isValidNamespace(namespace)) {
            throw new AmpException(code, "invalid namespace: '" + namespace + "'");
        }
        if (!DatasetName.isValidName(name)) {
            throw new AmpException(code, "invalid dataset name: '" + name + "'");
        }
        return new DatasetName(namespace, name);
    }

    static DatasetRevision revision(String text, ErrorCode code) {
        if (text.equals("latest")) {
            return new DatasetRevision.Latest();
        }
        if (text.equals("dev")) {
            return new DatasetRevision.Dev();
        }
        if (ManifestHash.isValid(text)) {
            return new DatasetRevision.Hashed(new ManifestHash(text));
        }
        if (SemanticVersion.isValid(text)) {
            return new DatasetRevision.Tagged(new SemanticVersion(text));
        }
        throw new AmpException(
                code,
                "invalid revision '" + text + "', expected a semantic version, a 64-character hash, 'latest' or 'dev'");
    }

    /** {@code [namespace/]name[@revision]}, with or without {@code pkg:amp/}. */
    static DatasetReference reference(String text, ErrorCode code) {
        String rest = text.startsWith("pkg:amp/") ? text.substring("pkg:amp/".length()) : text;
        int at = rest.indexOf('@');
        String qualified = at < 0 ? rest : rest.substring(0, at);
        int slash = qualified.indexOf('/');
        DatasetName name = dataset(
                slash < 0 ? DatasetName.DEFAULT_NAMESPACE : qualified.substring(0, slash),
                qualified.substring(slash + 1),
                code);
        return new DatasetReference(name, at < 0 ? null : revision(rest.substring(at + 1), code));
    }

    /** The version that path segments {@code ns}, {@code name} and {@code rev} name. */
    static DatasetVersion version(Context context, DatasetRegistry registry, ErrorCode code) {
        DatasetName name = dataset(context, code);
        return resolve(registry, new DatasetReference(name, revision(context.pathParam("rev"), code)));
    }

    static DatasetVersion resolve(DatasetRegistry registry, DatasetReference reference) {
        return Failures.as(
                        AdminError.RESOLVE_REVISION_ERROR,
                        "resolving '" + reference + "'",
                        () -> registry.resolve(reference))
                .orElseThrow(() -> new AmpException(
                        AdminError.DATASET_NOT_FOUND,
                        "dataset '" + reference + "' not found"
                                + (reference.revision() instanceof DatasetRevision.Latest
                                        ? "; it may have no version yet, try @dev"
                                        : "")));
    }

    static Manifest load(DatasetRegistry registry, ManifestHash hash) {
        return Failures.as(AdminError.GET_DATASET_ERROR, "loading manifest " + hash, () -> registry.load(hash));
    }

    static long id(String text, ErrorCode code, String what) {
        if (ID.matcher(text).matches()) {
            try {
                long id = Long.parseLong(text);
                if (id > 0) {
                    return id;
                }
            } catch (NumberFormatException e) {
                throw new AmpException(code, what + " is too large: '" + text + "'", e);
            }
        }
        throw new AmpException(code, what + " must be a positive integer, not '" + text + "'");
    }

    static String body(Context context, long bytesMax, ErrorCode code) throws IOException {
        byte[] bytes = RequestBodies.read(context.req(), bytesMax)
                .orElseThrow(() -> new AmpException(
                        AdminError.PAYLOAD_TOO_LARGE, "the body is longer than " + bytesMax + " bytes"));
        return RequestBodies.utf8(bytes).orElseThrow(() -> new AmpException(code, "the body is not UTF-8"));
    }

    /** A JSON object; an empty body counts as {@code {}} where {@code optional}. */
    static ObjectNode object(String body, boolean optional, ErrorCode code) {
        if (optional && body.isBlank()) {
            return JSON.createObjectNode();
        }
        JsonNode node;
        try {
            node = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AmpException(code, "the body is not valid JSON: " + e.getOriginalMessage());
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new AmpException(code, "the body must be a JSON object");
    }

    static Optional<String> optionalText(ObjectNode object, String field, ErrorCode code) {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new AmpException(code, "'" + field + "' must be a string");
        }
        return Optional.of(value.textValue());
    }

    static String requiredText(ObjectNode object, String field, ErrorCode code) {
        return optionalText(object, field, code)
                .orElseThrow(() -> new AmpException(code, "missing field '" + field + "'"));
    }

    /** A keyset cursor; null when absent. */
    static @Nullable Long cursor(Context context, String parameter) {
        String text = context.queryParam(parameter);
        return text == null ? null : id(text, AdminError.INVALID_QUERY_PARAMETERS, parameter);
    }

    /** {@code true} or {@code false}; empty when absent. */
    static Optional<Boolean> flag(Context context, String parameter) {
        String text = context.queryParam(parameter);
        if (text == null) {
            return Optional.empty();
        }
        return switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default ->
                throw new AmpException(
                        AdminError.INVALID_QUERY_PARAMETERS, parameter + " must be true or false, not '" + text + "'");
        };
    }

    static int limit(Context context, int fallback) {
        String text = context.queryParam("limit");
        if (text == null) {
            return fallback;
        }
        if (!ID.matcher(text).matches()) {
            throw new AmpException(AdminError.INVALID_QUERY_PARAMETERS, "limit must be a number, not '" + text + "'");
        }
        long limit = text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
        if (limit == 0) {
            throw new AmpException(AdminError.LIMIT_INVALID, "limit must be at least 1");
        }
        if (limit > 1000) {
            throw new AmpException(AdminError.LIMIT_TOO_LARGE, "limit " + text + " is above the maximum of 1000");
        }
        return (int) limit;
    }

    static void answer(Context context, int status, JsonNode body) {
        context.status(status);
        context.contentType("application/json");
        context.result(body.toString());
    }
}
