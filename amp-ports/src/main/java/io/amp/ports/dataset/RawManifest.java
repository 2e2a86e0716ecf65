package io.amp.ports.dataset;

import io.amp.ports.chain.NetworkId;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A dataset extracted from a chain.
 *
 * @param startBlock first block to extract, inclusive
 * @param finalizedBlocksOnly extract only up to the chain's finalized block
 * @param settings fields of one kind only (Substreams: {@code manifest}, {@code module}), and {@link #RECORDED_CHAIN_ID}
 */
public record RawManifest(
        String kind,
        NetworkId network,
        long startBlock,
        boolean finalizedBlocksOnly,
        SortedMap<String, TableDefinition> tables,
        Map<String, String> settings)
        implements Manifest {
    /** Setting of a running job: the chain id that the first extraction of its tables recorded. */
    public static final String RECORDED_CHAIN_ID = "recorded_chain_id";

    public RawManifest {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        settings = Map.copyOf(settings);
    }
}
