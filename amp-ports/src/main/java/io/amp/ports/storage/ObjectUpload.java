package io.amp.ports.storage;

import java.io.OutputStream;

/**
 * An object being written; invisible to every reader and listing until {@link #commit()} returned. Used by one thread. The stream
 * must not be closed by the caller before commit; {@link #close()} without commit discards everything (best effort, remote leftovers are
 * aborted).
 */
public interface ObjectUpload extends AutoCloseable {
    /** Where to write; positions only grow. Write failures are {@link java.io.IOException}s. */
    OutputStream stream();

    /**
     * Makes the object durable and visible atomically, replacing an older one of the same path.
     *
     * @throws io.amp.ports.error.AmpException {@link StorageError#OBJECT_STORE_UNAVAILABLE}; the object may or may not exist then
     */
    ObjectInfo commit();

    @Override
    void close();
}
