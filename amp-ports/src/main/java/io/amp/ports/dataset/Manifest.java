package io.amp.ports.dataset;

import java.util.SortedMap;

/** A decoded manifest. */
public sealed interface Manifest permits RawManifest, DerivedManifest, StaticManifest {
    /** Wire spelling, e.g. {@code evm-rpc} or {@code manifest}. */
    String kind();

    /** Tables that can be queried, by name. For raw kinds the built-in ones, whatever the document lists. */
    SortedMap<String, TableDefinition> tables();
}
