package io.amp.adapters.objectstore;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.StorageError;

/** The rules for paths inside a store, the same for every store. */
final class ObjectPaths {
    private ObjectPaths() {}

    /** @return the path itself */
    static String object(String path) {
        if (!isLegal(path)) {
            throw new AmpException(
                    StorageError.INVALID_LOCATION,
                    "invalid object path '" + path + "': parts separated by '/', none empty, none starting with a dot");
        }
        return path;
    }

    /** @return the prefix of everything inside the directory: empty for the base, else ending in a slash */
    static String directoryPrefix(String directory) {
        return directory.isEmpty() ? "" : object(directory) + "/";
    }

    /** False for the store's own files (dot files) and for names that no object can have. */
    static boolean isLegal(String path) {
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            if (end == start || path.charAt(start) == '.') {
                return false;
            }
            start = end + 1;
        }
        return path.indexOf('\0') < 0;
    }
}
