package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.StorageError;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens the store that a configured location names (command-line specification, section 14). */
public final class ObjectStores {
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
    private static final String SUPPORTED = "a path, file://, s3://, s3a:// and memory://";

    private final Map<String, String> environment;
    private final Clock clock;

    /** @param environment where credentials and endpoints come from, usually {@link System#getenv()} */
    public ObjectStores(Map<String, String> environment, Clock clock) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    /**
     * Opens a store; nothing is sent to a service yet. A text that is not a URL is a path of this machine.
     *
     * @param location path or URL; a trailing slash changes nothing
     * @throws AmpException {@link StorageError#INVALID_LOCATION}
     */
    public ObjectStore open(String location) {
        Matcher url = URL.matcher(location);
        if (!url.matches()) {
            return local(location);
        }
        String scheme = url.group(1).toLowerCase(Locale.ROOT);
        String rest = url.group(2);
        return switch (scheme) {
            case "file" -> file(rest);
            case "s3", "s3a" -> s3(scheme, rest);
            case "memory" -> new MemoryObjectStore(clock);
            case "gs", "az", "azure", "adl", "abfs", "abfss" ->
                throw invalid(
                        "object store scheme '" + scheme + "' is not supported by this build; supported are "
                                + SUPPORTED,
                        null);
            case "http", "https" ->
                throw invalid(
                        "unsupported object store scheme '" + scheme
                                + "': use s3:// and name the service in AWS_ENDPOINT",
                        null);
            default ->
                throw invalid("unsupported object store scheme '" + scheme + "': supported are " + SUPPORTED, null);
        };
    }

    private static ObjectStore local(String text) {
        if (text.isBlank()) {
            throw invalid("the location of an object store is empty", null);
        }
        try {
            return new LocalObjectStore(Path.of(text));
        } catch (InvalidPathException e) {
            throw invalid("'" + text + "' is no path", e);
        }
    }

    private static ObjectStore file(String rest) {
        try {
            URI uri = new URI("file://" + rest);
            boolean here = uri.getHost() == null || uri.getHost().equals("localhost");
            if (!here || uri.getPath() == null || !uri.getPath().startsWith("/")) {
                throw invalid("a file URL needs an absolute path: file:///directory", null);
            }
            return new LocalObjectStore(Path.of(uri.getPath()));
        } catch (URISyntaxException | InvalidPathException e) {
            throw invalid("invalid file URL", e);
        }
    }

    private ObjectStore s3(String scheme, String rest) {
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        if (bucket.isEmpty() || bucket.indexOf('@') >= 0 || bucket.indexOf(':') >= 0) {
            throw invalid(
                    "'" + scheme + "://' needs the name of a bucket and nothing else in front of the first slash;"
                            + " credentials and endpoint come from the environment",
                    null);
        }
        String prefix = slash < 0 ? "" : strip(rest.substring(slash));
        if (!prefix.isEmpty() && !ObjectPaths.isLegal(prefix)) {
            throw invalid("invalid prefix '" + prefix + "' in bucket '" + bucket + "'", null);
        }
        return new S3ObjectStore(S3Settings.of(environment), bucket, prefix, clock);
    }

    private static String strip(String path) {
        int start = 0;
        int end = path.length();
        while (start < end && path.charAt(start) == '/') {
            start++;
        }
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }

    private static AmpException invalid(String message, @Nullable Throwable cause) {
        return new AmpException(StorageError.INVALID_LOCATION, message, cause);
    }
}
