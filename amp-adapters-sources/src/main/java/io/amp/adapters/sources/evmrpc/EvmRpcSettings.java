package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.net.HttpSyntax;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.provider.ProviderConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of an {@code evm-rpc} provider (sources specification, section 5.4). Holds secrets: has no text form. */
final class EvmRpcSettings {
    private static final int REQUESTS_AT_ONCE_DEFAULT = 1024;
    private static final long REQUESTS_AT_ONCE_MAX = 65_535;
    private static final long UINT32_MAX = 0xffff_ffffL;
    private static final long TIMEOUT_SECONDS_DEFAULT = 30;
    private static final long TIMEOUT_SECONDS_MAX = Duration.ofDays(365).toSeconds();
    private static final int BATCH_SIZE_MAX = 10_000;
    /** Shorter pieces of a URL are words such as {@code rpc} or {@code v2}, not keys. */
    private static final int SECRET_LENGTH_MIN = 8;

    private final URI url;
    private final Map<String, String> headers;
    private final @Nullable Long requestsPerMinute;
    private final int requestsAtOnce;
    private final int batchSize;
    private final boolean receiptsPerTransaction;
    private final Duration timeout;
    private final @Nullable Long chainId;
    private final List<String> secrets;

    /** @throws AmpException {@link SourceError#INVALID_PROVIDER} naming the key, never its value */
    static EvmRpcSettings of(ProviderConfig provider) {
        return new EvmRpcSettings(new Keys(provider));
    }

    private EvmRpcSettings(Keys keys) {
        url = url(keys);
        String token = keys.text("auth_token");
        String headerName = keys.text("auth_header");
        headers = headers(keys, url, token, headerName);
        requestsPerMinute = keys.number("rate_limit_per_minute", 1, UINT32_MAX);
        Long atOnce = keys.number("concurrent_request_limit", 0, REQUESTS_AT_ONCE_MAX);
        requestsAtOnce = atOnce == null ? REQUESTS_AT_ONCE_DEFAULT : (int) Math.max(1, atOnce);
        Long batch = keys.number("rpc_batch_size", 0, Long.MAX_VALUE);
        batchSize = batch == null ? 0 : (int) Math.min(batch, BATCH_SIZE_MAX);
        receiptsPerTransaction = keys.flag("fetch_receipts_per_tx");
        Long seconds = keys.number("timeout_secs", 1, Long.MAX_VALUE);
        timeout =
                Duration.ofSeconds(Math.min(seconds == null ? TIMEOUT_SECONDS_DEFAULT : seconds, TIMEOUT_SECONDS_MAX));
        chainId = keys.number("chain_id", 0, Long.MAX_VALUE);
        secrets = secrets(url, token);
    }

    URI url() {
        return url;
    }

    /** For authentication; at most one. */
    Map<String, String> headers() {
        return headers;
    }

    /** Null for no limit. */
    @Nullable
    Long requestsPerMinute() {
        return requestsPerMinute;
    }

    int requestsAtOnce() {
        return requestsAtOnce;
    }

    /** Calls per batch; 0 and 1 mean no batches. */
    int batchSize() {
        return batchSize;
    }

    boolean receiptsPerTransaction() {
        return receiptsPerTransaction;
    }

    Duration timeout() {
        return timeout;
    }

    /** What the provider should serve, when the operator says so. */
    @Nullable
    Long chainId() {
        return chainId;
    }

    /** Scheme and host: all of the URL that may be shown. */
    String shownUrl() {
        return url.getHost() == null ? url.getScheme() + "://" : url.getScheme() + "://" + url.getHost();
    }

    /** The text without tokens and keys that a node may have repeated in it. */
    String redact(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = redacted.replace(secret, "***");
        }
        return redacted;
    }

    private static URI url(Keys keys) {
        String text = keys.text("url");
        if (text == null || text.isBlank()) {
            throw keys.invalid("url", "is missing");
        }
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            // Neither the exception nor its message: both repeat the text.
            throw keys.invalid("url", "is not a URL");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        switch (scheme) {
            case "http", "https", "ws", "wss" -> {
                if (url.getHost() == null) {
                    throw keys.invalid("url", "has no host");
                }
            }
            case "ipc" -> {
                if (url.getPath() == null || url.getPath().length() < 2 || url.getAuthority() != null) {
                    throw keys.invalid("url", "must have the form ipc:///path/to/socket");
                }
            }
            default -> throw keys.invalid("url", "unsupported URL scheme '" + scheme + "'");
        }
        return url;
    }

    private static Map<String, String> headers(
            Keys keys, URI url, @Nullable String token, @Nullable String headerName) {
        if (token == null) {
            String user = url.getUserInfo();
            return user == null
                    ? Map.of()
                    : Map.of(
                            "Authorization",
                            "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        String name = headerName == null ? "Authorization" : headerName;
        if (!HttpSyntax.isHeaderName(name)) {
            throw keys.invalid("auth_header", "is not a legal header name");
        }
        if (token.isEmpty() || !HttpSyntax.isHeaderValue(token)) {
            throw keys.invalid("auth_token", "is not a legal header value");
        }
        return Map.of(name, headerName == null ? "Bearer " + token : token);
    }

    private static List<String> secrets(URI url, @Nullable String token) {
        List<String> secrets = new ArrayList<>();
        if (token != null && !token.isEmpty()) {
            secrets.add(token);
        }
        if (!"ipc".equalsIgnoreCase(url.getScheme())) {
            for (String part :
                    (url.getRawPath() + "/" + url.getRawQuery() + "/" + url.getRawUserInfo()).split("[/?&=:;]", -1)) {
                if (part.length() >= SECRET_LENGTH_MIN) {
                    secrets.add(part);
                }
            }
        }
        return List.copyOf(secrets);
    }

    /** Typed access to the file's keys; numbers and flags may be given as text, as substituted variables are. */
    private record Keys(ProviderConfig provider) {
        @Nullable
        String text(String key) {
            Object value = provider.values().get(key);
            return switch (value) {
                case null -> null;
                case String text -> text;
                default -> throw invalid(key, "must be a string");
            };
        }

        @Nullable
        Long number(String key, long least, long most) {
            Object value = provider.values().get(key);
            Long number = switch (value) {
                case null -> null;
                case Long whole -> whole;
                case Integer whole -> whole.longValue();
                case String text -> parsed(key, text);
                default -> throw invalid(key, "must be an integer");
            };
            if (number != null && (number < least || number > most)) {
                throw invalid(
                        key,
                        "must be at least " + least + (most == Long.MAX_VALUE ? "" : " and at most " + most) + ", not "
                                + number);
            }
            return number;
        }

        private Long parsed(String key, String text) {
            try {
                return Long.valueOf(text.strip());
            } catch (NumberFormatException e) {
                throw invalid(key, "must be an integer");
            }
        }

        boolean flag(String key) {
            Object value = provider.values().get(key);
            String text = value == null ? "false" : value.toString().strip();
            boolean typed = value == null || value instanceof Boolean || value instanceof String;
            if (!typed || !(text.equals("true") || text.equals("false"))) {
                throw invalid(key, "must be true or false");
            }
            return text.equals("true");
        }

        AmpException invalid(String key, String problem) {
            return new AmpException(
                    SourceError.INVALID_PROVIDER,
                    provider.kind() + " provider '" + provider.name() + "' of network '" + provider.network() + "': "
                            + key + (problem.startsWith("unsupported") ? ": " : " ") + problem);
        }
    }
}
