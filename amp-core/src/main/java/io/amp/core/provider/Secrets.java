package io.amp.core.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be shown of a provider (datasets specification, section 8.1): values of secret keys become {@value #MASK}, and so do the
 * parts of URLs that usually hold one. What consists of {@code ${…}} only is shown, because the secret then is in the environment.
 */
public final class Secrets {
    public static final String MASK = "***";
    private static final Set<String> KEYS = Set.of("token", "password", "secret", "api_key", "authorization");
    private static final List<String> KEY_ENDINGS = List.of("_token", "_password", "_secret", "_api_key");
    private static final Pattern VARIABLES_ONLY = Pattern.compile("(\\$\\{[^}]*})+");
    private static final Pattern USER_VARIABLES_ONLY = Pattern.compile("(\\$\\{[^}]*})+(:(\\$\\{[^}]*})+)?");
    private static final Pattern URL =
            Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(\\?[^#]*)?(#.*)?");
    /** Path segments from this length on are taken for keys. */
    private static final int KEY_SEGMENT_LENGTH = 16;

    private Secrets() {}

    /** A copy of all values at any depth with secrets masked. */
    public static Map<String, Object> redacted(Map<String, Object> values) {
        Map<String, Object> redacted = new LinkedHashMap<>();
        values.forEach((key, value) -> redacted.put(key, redacted(value, isSecret(key))));
        return redacted;
    }

    /** The submitted values, where one that equals the redacted form of the stored value stands for the stored value. */
    public static Map<String, Object> restored(Map<String, Object> submitted, Map<String, Object> stored) {
        Map<String, Object> restored = new LinkedHashMap<>();
        submitted.forEach((key, value) -> restored.put(key, restored(value, stored.get(key), isSecret(key))));
        return restored;
    }

    /** A URL as it may stand in a message or an answer. */
    public static String redactedUrl(String url) {
        var matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return url;
        }
        String query = matcher.group(4);
        String fragment = matcher.group(5);
        return matcher.group(1)
                + authority(matcher.group(2))
                + path(matcher.group(3))
                + (query == null ? "" : "?" + query(query.substring(1)))
                + (fragment == null ? "" : "#" + masked(fragment.substring(1)));
    }

    static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return KEYS.contains(lower) || KEY_ENDINGS.stream().anyMatch(lower::endsWith);
    }

    private static Object redacted(Object value, boolean secret) {
        return switch (value) {
            case Map<?, ?> table -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                table.forEach((key, member) ->
                        copy.put((String) key, redacted(member, secret || isSecret((String) key))));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(element -> copy.add(redacted(element, secret)));
                yield copy;
            }
            case String text -> secret ? masked(text) : redactedUrl(text);
            default -> secret ? MASK : value;
        };
    }

    private static Object restored(Object submitted, @Nullable Object stored, boolean secret) {
        if (stored == null) {
            return submitted;
        }
        if (submitted.equals(redacted(stored, secret))) {
            return stored;
        }
        if (submitted instanceof Map<?, ?> table && stored instanceof Map<?, ?> before) {
            Map<String, Object> copy = new LinkedHashMap<>();
            table.forEach((key, value) ->
                    copy.put((String) key, restored(value, before.get(key), secret || isSecret((String) key))));
            return copy;
        }
        if (submitted instanceof List<?> list && stored instanceof List<?> before && list.size() == before.size()) {
            List<Object> copy = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                copy.add(restored(list.get(i), before.get(i), secret));
            }
            return copy;
        }
        return submitted;
    }

    private static String authority(String authority) {
        int at = authority.lastIndexOf('@');
        if (at < 0) {
            return authority;
        }
        String user = authority.substring(0, at);
        return (USER_VARIABLES_ONLY.matcher(user).matches() ? user : MASK) + authority.substring(at);
    }

    private static String path(String path) {
        return List.of(path.split("/", -1)).stream()
                .map(segment -> segment.length() < KEY_SEGMENT_LENGTH ? segment : masked(segment))
                .collect(Collectors.joining("/"));
    }

    private static String query(String query) {
        return List.of(query.split("&", -1)).stream()
                .map(parameter -> {
                    int equals = parameter.indexOf('=');
                    return equals < 0
                            ? masked(parameter)
                            : parameter.substring(0, equals + 1) + masked(parameter.substring(equals + 1));
                })
                .collect(Collectors.joining("&"));
    }

    private static String masked(String text) {
        return text.isEmpty() || VARIABLES_ONLY.matcher(text).matches() ? text : MASK;
    }
}
