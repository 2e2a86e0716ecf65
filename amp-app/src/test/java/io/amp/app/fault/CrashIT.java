package io.amp.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.app.fault.ChainAudit.Expected;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlockMaker;
import io.amp.testkit.chain.ScriptedNode;
import io.amp.testkit.runtime.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of the process, its PostgreSQL, or both, at any moment: no block is lost, none doubled, no orphan visible. */
class CrashIT {
    private static final NetworkId NETWORK = new NetworkId("scripted");
    private static final Duration CAUGHT_UP_MAX = Duration.ofSeconds(120);

    /** How often a minute the process starts its PostgreSQL again before it gives up, as the specification of the dev mode has it. */
    private static final int DATABASE_KILLS_MAX = 3;

    private static final Duration LATENCY = Duration.ofMillis(3);

    private final WallClock clock = new WallClock();
    private final Seed seed = Seed.next("CrashIT");
    private final SplittableRandom random = seed.random();

    @Test
    @Timeout(150)
    void aFewKillsLoseNothing(@TempDir Path folder) throws Exception {
        run(folder, 300, List.of(Victim.FIRST_START), List.of(Victim.PROCESS, Victim.UNCOMMITTED));
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void twentyKillsAtRandomMomentsLoseNothing(@TempDir Path folder) throws Exception {
        List<Victim> later =
                new ArrayList<>(List.of(Victim.UNCOMMITTED, Victim.UNCOMMITTED_FROZEN, Victim.DATABASE, Victim.BOTH));
        while (later.size() < 17) {
            later.add(DRAWN.get(random.nextInt(DRAWN.size())));
        }
        run(folder, 5000, List.of(Victim.FIRST_START, Victim.FIRST_START, Victim.FIRST_START), later);
    }

    private static final List<Victim> DRAWN = List.of(
            Victim.PROCESS,
            Victim.PROCESS,
            Victim.PROCESS,
            Victim.DATABASE,
            Victim.BOTH,
            Victim.BOTH,
            Victim.UNCOMMITTED);

    private enum Victim {
        /** The process, before it ever was ready. */
        FIRST_START,
        PROCESS,
        DATABASE,
        BOTH,
        /** The process, between the writing of a file and its commit. */
        UNCOMMITTED,
        /** The same, and the database never moves again. */
        UNCOMMITTED_FROZEN
    }

    private void run(Path folder, int blocks, List<Victim> early, List<Victim> later) throws Exception {
        BlockTree tree = BlockTree.empty(NETWORK, new EvmBlockMaker(3), seed.value());
        tree.mine(blocks);
        try (ScriptedNode node = new ScriptedNode(tree, 31_337);
                NodeLine line = new NodeLine(node::handle);
                DevProcess amp = new DevProcess(folder)) {
            line.latency(LATENCY);
            for (Victim ignored : early) {
                amp.start();
                int moment = Seed.between(random, 200, 4000);
                clock.sleep(Duration.ofMillis(moment));
                amp.kill();
                seed.say("  killed the very first start after " + moment + " ms");
            }
            amp.start();
            amp.awaitReady();
            amp.addProvider(NETWORK.toString(), line.url());
            amp.follow("crash", NETWORK.toString(), 2);
            ChainAudit audit = new ChainAudit(amp, "crash");
            int databaseKills = 0;
            for (Victim victim : later) {
                tree.mine(Seed.between(random, 20, 150));
                if (victim == Victim.DATABASE && databaseKills == DATABASE_KILLS_MAX) {
                    victim = Victim.BOTH;
                }
                databaseKills = victim == Victim.DATABASE ? databaseKills + 1 : 0;
                kill(amp, victim, audit, tree, node, line);
            }
            amp.awaitReady();
            tree.mine();
            audit.awaitEqual(CAUGHT_UP_MAX, Expected.of(tree));
            int orphans = audit.assertFilesKnown();
            tree.mine();
            audit.awaitEqual(CAUGHT_UP_MAX, Expected.of(tree));
            seed.say("  " + (early.size() + later.size()) + " kills, "
                    + tree.chain().size() + " blocks, " + orphans + " uncommitted files removed");
            assertThat(amp.get("/jobs").path("jobs")).hasSize(1);
            assertThat(amp.stop()).isZero();
        }
    }

    private void kill(DevProcess amp, Victim victim, ChainAudit audit, BlockTree tree, ScriptedNode node, NodeLine line)
            throws Exception {
        if (victim == Victim.UNCOMMITTED || victim == Victim.UNCOMMITTED_FROZEN) {
            killBeforeCommit(amp, audit, tree, node, line, victim == Victim.UNCOMMITTED);
            return;
        }
        boolean ready = victim == Victim.DATABASE || random.nextInt(3) > 0;
        if (ready) {
            amp.awaitReady();
        }
        int moment = Seed.between(random, 0, 2500);
        clock.sleep(Duration.ofMillis(moment));
        boolean all = random.nextBoolean();
        if (victim == Victim.DATABASE || victim == Victim.BOTH) {
            amp.killPostgres(all);
        }
        if (victim != Victim.DATABASE) {
            amp.kill();
            amp.start();
        }
        seed.say("  killed " + victim + " " + moment + " ms after " + (ready ? "it was ready" : "its start"));
    }

    /** The database is frozen while blocks are on their way, so that their file is written and not committed; then comes the kill. */
    private void killBeforeCommit(
            DevProcess amp, ChainAudit audit, BlockTree tree, ScriptedNode node, NodeLine line, boolean thawed)
            throws Exception {
        amp.awaitReady();
        audit.awaitEqual(CAUGHT_UP_MAX, Expected.of(tree));
        Set<String> before = amp.storedFiles();
        line.latency(Duration.ofMillis(500));
        tree.mine(2);
        String asked = "eth_getBlockByNumber 0x" + Long.toHexString(tree.head().number());
        amp.eventually(
                Duration.ofSeconds(20),
                "the new blocks are fetched",
                () -> node.calls().contains(asked));
        List<ProcessHandle> frozen = amp.freezePostgres();
        line.latency(LATENCY);
        amp.eventually(Duration.ofSeconds(20), "a file is written", () -> !before.containsAll(amp.storedFiles()));
        amp.kill();
        if (thawed) {
            amp.thaw(frozen);
        }
        amp.start();
        seed.say("  killed between file and commit, the database " + (thawed ? "thawed" : "left frozen"));
    }
}
