package io.amp.testkit.metadata;

import io.amp.ports.metadata.MetadataStore;
import java.time.Duration;

/** One metadata database under a contract suite: empty when made, dropped when closed. */
public interface MetadataBackend extends AutoCloseable {
    /** Another process's store on the same database. The suite closes it. */
    MetadataStore connect();

    /** Lets database time pass: everything stored so far becomes this much older. */
    void advance(Duration duration);

    /** Breaks every open connection; the database answers new ones at once. */
    void breakConnections();

    @Override
    void close();
}
