package io.amp.core.provider;

import io.amp.ports.chain.NetworkId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of provider files by kind (datasets specification, sections 8.2 and 8.5). Complaints name keys and never values. A text that
 * has a variable in it is not judged before substitution.
 */
public final class ProviderKeys {
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\x80-\\xff\\t]*");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,19}");
    private static final long U16_MAX = 0xffffL;
    private static final long U32_MAX = 0xffff_ffffL;

    private static final Map<String, Rule> RPC_LIMITS = Map.of(
            "rate_limit_per_minute", new Whole(1, U32_MAX),
            "concurrent_request_limit", new Whole(0, U16_MAX),
            "timeout_secs", new Whole(0, Long.MAX_VALUE),
            "auth_header", new Text(HEADER_NAME, "must be a legal header name"),
            "auth_token", new Text(HEADER_VALUE, "must be a legal header value"));
    private static final Map<String, Rule> GRPC = Map.of(
            "url", new Url(Set.of("http", "https")),
            "token", new Text(HEADER_VALUE, "must be a legal header value"),
            "api_key", new Text(HEADER_VALUE, "must be a legal header value"));
    private static final Map<String, Map<String, Rule>> BY_KIND = Map.of(
            "evm-rpc",
                    with(
                            RPC_LIMITS,
                            Map.of(
                                    "url", new Url(Set.of("http", "https", "ws", "wss", "ipc")),
                                    "rpc_batch_size", new Whole(0, U32_MAX),
                                    "fetch_receipts_per_tx", new Flag())),
            "firehose", GRPC,
            "substreams", GRPC,
            "eth-beacon", with(RPC_LIMITS, Map.of("url", new Url(Set.of("http", "https")))),
            "solana",
                    Map.of(
                            "rpc_provider_info", new Endpoint(),
                            "rpc_provider_url", new Url(Set.of("http", "https")),
                            "fallback_rpc_provider_info", new Endpoint(),
                            "max_rpc_calls_per_second", new Whole(1, U32_MAX),
                            "use_archive", new Choice(Set.of("auto", "always", "never")),
                            "commitment", new Choice(Set.of("processed", "confirmed", "finalized"))));
    /** Keys of every kind. */
    private static final Map<String, Rule> COMMON = Map.of("priority", new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
    /** Keys without a rule: those read elsewhere, and those that older versions wrote. */
    private static final Set<String> OTHERS =
            Set.of("name", "kind", "network", "of1_car_directory", "keep_of1_car_files");

    private ProviderKeys() {}

    /** Kinds that can be configured. */
    public static Set<String> kinds() {
        return BY_KIND.keySet();
    }

    /**
     * Faults of a provider's values, one text each, empty when it can be used.
     *
     * @param substituted whether variables have been filled in
     */
    public static List<String> problems(Map<String, Object> values, boolean substituted) {
        List<String> problems = new ArrayList<>();
        if (!(values.get("kind") instanceof String kind) || kind.isEmpty()) {
            return List.of("key 'kind' is missing");
        }
        Map<String, Rule> rules = BY_KIND.get(kind);
        if (rules == null) {
            return List.of("kind '" + kind + "' is unknown, expected one of "
                    + kinds().stream().sorted().toList());
        }
        Object network = values.get("network");
        if (network == null) {
            problems.add("key 'network' is missing");
        } else if (!(network instanceof String text) || !NetworkId.isValid(text)) {
            problems.add("key 'network' must be 1 to 64 characters without white space, quotes and control characters");
        }
        with(COMMON, rules).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(rule -> {
                    Object value = values.get(rule.getKey());
                    if (value == null || (!substituted && hasVariable(value))) {
                        return;
                    }
                    String problem = rule.getValue().problem(value);
                    if (problem != null) {
                        problems.add("key '" + rule.getKey() + "' " + problem);
                    }
                });
        String required = kind.equals("solana") ? "rpc_provider_info" : "url";
        if (values.get(required) == null && !(kind.equals("solana") && values.get("rpc_provider_url") != null)) {
            problems.add("key '" + required + "' is missing");
        }
        return problems;
    }

    /** Keys that nothing reads, for a warning. */
    public static List<String> unknown(Map<String, Object> values) {
        Map<String, Rule> rules = BY_KIND.getOrDefault(String.valueOf(values.get("kind")), Map.of());
        return values.keySet().stream()
                .filter(key -> !rules.containsKey(key) && !COMMON.containsKey(key) && !OTHERS.contains(key))
                .sorted()
                .toList();
    }

    /** Values without {@link #problems}, with numbers and flags that were written as text converted. */
    public static Map<String, Object> converted(Map<String, Object> values) {
        Map<String, Rule> rules = with(COMMON, BY_KIND.getOrDefault(String.valueOf(values.get("kind")), Map.of()));
        Map<String, Object> converted = new LinkedHashMap<>(values);
        rules.forEach((key, rule) -> converted.computeIfPresent(key, (same, value) -> rule.converted(value)));
        return converted;
    }

    private static boolean hasVariable(Object value) {
        return switch (value) {
            case String text -> text.contains("${");
            case Map<?, ?> table -> table.values().stream().anyMatch(ProviderKeys::hasVariable);
            case List<?> list -> list.stream().anyMatch(ProviderKeys::hasVariable);
            default -> false;
        };
    }

    private static Map<String, Rule> with(Map<String, Rule> base, Map<String, Rule> more) {
        Map<String, Rule> rules = new LinkedHashMap<>(base);
        rules.putAll(more);
        return Map.copyOf(rules);
    }

    private sealed interface Rule {
        /** What is wrong with a value, without the value. */
        @Nullable
        String problem(Object value);

        default Object converted(Object value) {
            return value;
        }
    }

    private record Whole(long min, long max) implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            return converted(value) instanceof Long number && number >= min && number <= max
                    ? null
                    : "must be an integer from " + min + " to " + max;
        }

        @Override
        public Object converted(Object value) {
            if (value instanceof Integer number) {
                return number.longValue();
            }
            if (!(value instanceof String text)
                    || !INTEGER.matcher(text.strip()).matches()) {
                return value;
            }
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                return value;
            }
        }
    }

    private record Flag() implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            return converted(value) instanceof Boolean ? null : "must be true or false";
        }

        @Override
        public Object converted(Object value) {
            return value.equals("true") ? true : value.equals("false") ? (Object) false : value;
        }
    }

    private record Text(Pattern form, String complaint) implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            return value instanceof String text && form.matcher(text).matches() ? null : complaint;
        }
    }

    private record Choice(Set<String> words) implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            return value instanceof String text && words.contains(text)
                    ? null
                    : "must be one of " + words.stream().sorted().toList();
        }
    }

    private record Url(Set<String> schemes) implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            if (!(value instanceof String text)) {
                return "must be a URL";
            }
            URI uri;
            try {
                uri = new URI(text.strip());
            } catch (URISyntaxException e) {
                return "must be a URL";
            }
            String scheme = uri.getScheme();
            if (scheme == null) {
                return "must be a URL with a scheme";
            }
            if (!schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
                return "has unsupported URL scheme '" + scheme + "', expected one of "
                        + schemes.stream().sorted().toList();
            }
            if (scheme.equalsIgnoreCase("ipc")) {
                return uri.getPath() == null || uri.getPath().isEmpty() ? "must name a socket file" : null;
            }
            return uri.getRawAuthority() == null ? "must name a host" : null;
        }
    }

    /** {@code {url, auth_header?, auth_token?}}. */
    private record Endpoint() implements Rule {
        @Override
        public @Nullable String problem(Object value) {
            if (!(value instanceof Map<?, ?> table) || table.get("url") == null) {
                return "must be a table with 'url'";
            }
            String url = new Url(Set.of("http", "https")).problem(table.get("url"));
            return url == null ? null : "('url') " + url;
        }
    }
}
