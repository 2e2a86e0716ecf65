package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to reach an S3-compatible service, read from the environment (command-line specification, section 14).
 *
 * @param endpoint scheme, host and port
 * @param keys null = requests are signed with the web identity, container or instance role, or not at all
 * @param anonymous requests are not signed
 */
record S3Settings(URI endpoint, String region, @Nullable Keys keys, boolean anonymous, boolean virtualHosted) {
    private static final String DEFAULT_REGION = "us-east-1";

    /** An access key; {@link #toString()} hides it. */
    record Keys(
            String accessKey, String secretKey, @Nullable String sessionToken) {
        @Override
        public String toString() {
            return "***";
        }
    }

    static S3Settings of(Map<String, String> environment) {
        String region = first(environment, "AWS_DEFAULT_REGION", "AWS_REGION");
        region = region == null ? DEFAULT_REGION : region;
        String endpoint = first(environment, "AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3");
        return new S3Settings(
                endpoint == null ? amazon(region) : custom(endpoint, flag(environment, "AWS_ALLOW_HTTP")),
                region,
                keys(environment),
                flag(environment, "AWS_SKIP_SIGNATURE"),
                flag(environment, "AWS_VIRTUAL_HOSTED_STYLE_REQUEST"));
    }

    private static URI amazon(String region) {
        return URI.create("https://s3." + region + ".amazonaws.com" + (region.startsWith("cn-") ? ".cn" : ""));
    }

    private static URI custom(String text, boolean allowHttp) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw invalid("AWS_ENDPOINT is no URL", e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw invalid("AWS_ENDPOINT must be a URL that starts with https:// or http://", null);
        }
        if (uri.getUserInfo() != null) {
            throw invalid("AWS_ENDPOINT must not hold credentials; use AWS_ACCESS_KEY_ID", null);
        }
        if (scheme.equals("http") && !allowHttp) {
            throw invalid(
                    "AWS_ENDPOINT '" + uri.getHost() + "' is not encrypted; set AWS_ALLOW_HTTP=true to allow it", null);
        }
        return uri;
    }

    private static @Nullable Keys keys(Map<String, String> environment) {
        String accessKey = first(environment, "AWS_ACCESS_KEY_ID");
        String secretKey = first(environment, "AWS_SECRET_ACCESS_KEY");
        if (accessKey == null && secretKey == null) {
            return null;
        }
        if (accessKey == null || secretKey == null) {
            throw invalid("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together", null);
        }
        return new Keys(accessKey, secretKey, first(environment, "AWS_SESSION_TOKEN"));
    }

    private static boolean flag(Map<String, String> environment, String name) {
        String value = first(environment, name);
        return value != null
                && switch (value.strip().toLowerCase(Locale.ROOT)) {
                    case "true", "1", "yes", "on" -> true;
                    case "false", "0", "no", "off" -> false;
                    default -> throw invalid(name + " must be true or false", null);
                };
    }

    private static @Nullable String first(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return value;
            }
        }
        return null;
    }

    private static AmpException invalid(String message, @Nullable Throwable cause) {
        return new AmpException(StorageError.INVALID_LOCATION, message, cause);
    }
}
