package io.amp.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the tables of a dataset with the node's chain: every block once, no row of another block, and no file too many. */
final class ChainAudit {
    /** An orphan's age of at least 15 minutes lets the next consistency check remove it. */
    private static final Duration ORPHAN_AGE = Duration.ofMinutes(16);

    private final DevProcess amp;
    private final String dataset;

    /** A block of the node, and how many rows it has in the other tables. */
    record Expected(long number, String hash, String parentHash, long transactions, long logs) {
        static List<Expected> of(BlockTree tree) {
            List<Expected> chain = new ArrayList<>();
            for (EvmBlock block : tree.chain()) {
                chain.add(new Expected(
                        block.number(),
                        bare(block.hash().toString()),
                        bare(block.parentHash().toString()),
                        block.transactions().size(),
                        block.logs().size()));
            }
            return chain;
        }

        static String bare(String hex) {
            return hex.startsWith("0x") ? hex.substring(2) : hex;
        }
    }

    ChainAudit(DevProcess amp, String dataset) {
        this.amp = amp;
        this.dataset = dataset;
    }

    private String table(String name) {
        return "'test/" + dataset + "'." + name;
    }

    /** Waits until every table equals the chain. */
    void awaitEqual(Duration atMost, List<Expected> chain) throws Exception {
        amp.eventually(atMost, "test/" + dataset + " has all " + chain.size() + " blocks", () -> {
            amp.assertAlive();
            return isComplete(chain);
        });
        assertEqual(chain);
    }

    /** Cheaply: the whole comparison says why not. */
    private boolean isComplete(List<Expected> chain) throws Exception {
        return blocks().equals(expectedBlocks(chain))
                && perBlock("transactions").equals(expected(chain, "transactions"))
                && perBlock("logs").equals(expected(chain, "logs"));
    }

    void assertEqual(List<Expected> chain) throws Exception {
        assertThat(blocks()).isEqualTo(expectedBlocks(chain));
        assertThat(perBlock("transactions")).isEqualTo(expected(chain, "transactions"));
        assertThat(perBlock("logs")).isEqualTo(expected(chain, "logs"));
    }

    /** Highest block that can be read; -1 = none. */
    long highest() throws Exception {
        JsonNode highest = amp.rows("SELECT max(block_num) AS n FROM " + table("blocks"))
                .getFirst()
                .path("n");
        return highest.isNumber() ? highest.longValue() : -1;
    }

    private List<String> blocks() throws Exception {
        List<String> found = new ArrayList<>();
        for (JsonNode row :
                amp.rows("SELECT block_num, hash, parent_hash FROM " + table("blocks") + " ORDER BY block_num, hash")) {
            found.add(row.get("block_num").asText() + " " + row.get("hash").asText() + " "
                    + row.get("parent_hash").asText());
        }
        return found;
    }

    private static List<String> expectedBlocks(List<Expected> chain) {
        return chain.stream()
                .map(block -> block.number() + " " + block.hash() + " " + block.parentHash())
                .toList();
    }

    /** Rows of each block, and how many of them differ: a doubled row shows. */
    private List<String> perBlock(String name) throws Exception {
        String index = name.equals("logs") ? "log_index" : "tx_index";
        List<String> found = new ArrayList<>();
        for (JsonNode row : amp.rows("SELECT block_num, block_hash, count(*) AS n, count(DISTINCT " + index
                + ") AS d FROM " + table(name) + " GROUP BY block_num, block_hash ORDER BY block_num, block_hash")) {
            found.add(
                    row.get("block_num").asText() + " " + row.get("block_hash").asText() + " "
                            + row.get("n").asText() + " " + row.get("d").asText());
        }
        return found;
    }

    private static List<String> expected(List<Expected> chain, String name) {
        List<String> lines = new ArrayList<>();
        for (Expected block : chain) {
            long rows = name.equals("logs") ? block.logs() : block.transactions();
            if (rows > 0) {
                lines.add(block.number() + " " + block.hash() + " " + rows + " " + rows);
            }
        }
        return lines;
    }

    /**
     * Every registered file is there; files that a killed process left unregistered are invisible, and gone after a restart once they are
     * old enough.
     *
     * @return how many such files there were
     */
    int assertFilesKnown() throws Exception {
        amp.eventually(
                Duration.ofSeconds(30),
                "no registered file is missing",
                () -> amp.storedFiles().containsAll(amp.registeredFiles()));
        Set<String> unknown = unknownFiles();
        if (unknown.isEmpty()) {
            return 0;
        }
        amp.age(unknown, ORPHAN_AGE);
        assertThat(amp.stop()).isZero();
        amp.start();
        amp.awaitReady();
        amp.eventually(
                Duration.ofSeconds(60),
                "unregistered files are removed",
                () -> unknownFiles().stream().noneMatch(unknown::contains));
        assertThat(amp.storedFiles()).containsAll(amp.registeredFiles());
        return unknown.size();
    }

    /** Listed before the catalogue is read: a file committed in between is no stranger. */
    private Set<String> unknownFiles() throws Exception {
        Set<String> stored = new HashSet<>(amp.storedFiles());
        stored.removeAll(amp.registeredFiles());
        return stored;
    }
}
