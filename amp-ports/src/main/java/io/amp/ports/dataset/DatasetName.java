package io.amp.ports.dataset;

import java.util.regex.Pattern;

/**
 * Qualified name {@code namespace/name} (datasets specification, section 1.1).
 *
 * @param namespace {@code [a-z0-9_]+}
 * @param name {@code [a-z_][a-z0-9_]*}
 */
public record DatasetName(String namespace, String name) implements Comparable<DatasetName> {
    /** Namespace of datasets named without one. */
    public static final String DEFAULT_NAMESPACE = "_";

    /** Longest namespace or name, in bytes: they become folder names. */
    public static final int MAX_BYTES = 255;

    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9_]+");
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]*");

    public DatasetName {
        if (!isValidNamespace(namespace)) {
            throw new IllegalArgumentException("invalid namespace: '" + namespace + "'");
        }
        if (!isValidName(name)) {
            throw new IllegalArgumentException("invalid dataset name: '" + name + "'");
        }
    }

    public static boolean isValidNamespace(String text) {
        return text.length() <= MAX_BYTES && NAMESPACE.matcher(text).matches();
    }

    public static boolean isValidName(String text) {
        return text.length() <= MAX_BYTES && NAME.matcher(text).matches();
    }

    @Override
    public int compareTo(DatasetName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
