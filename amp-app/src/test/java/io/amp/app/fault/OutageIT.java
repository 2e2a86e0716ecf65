package io.amp.app.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.amp.app.fault.ChainAudit.Expected;
import io.amp.ports.chain.NetworkId;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.chain.EvmBlockMaker;
import io.amp.testkit.chain.NodeFault;
import io.amp.testkit.chain.ScriptedNode;
import io.amp.testkit.runtime.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The node or the database is away for a while, or the node changes its mind or lies: the process goes on by itself. */
class OutageIT {
    private static final NetworkId NETWORK = new NetworkId("scripted");
    private static final Duration RECOVERED_MAX = Duration.ofSeconds(120);

    private final WallClock clock = new WallClock();
    private final Seed seed = Seed.next("OutageIT");
    private final SplittableRandom random = seed.random();

    @Test
    @Timeout(150)
    void shortOutagesAndLiesPass(@TempDir Path folder) throws Exception {
        try (Stand stand = new Stand(folder)) {
            stand.nodeDown(Duration.ofSeconds(1));
            stand.databaseFrozen(Duration.ofSeconds(1));
            stand.thereAndBack(5);
            stand.wrongParent();
        }
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void twentySecondsOfOutagePass(@TempDir Path folder) throws Exception {
        try (Stand stand = new Stand(folder)) {
            stand.nodeDown(Duration.ofSeconds(20));
            stand.databaseFrozen(Duration.ofSeconds(20));
            stand.databaseFrozen(Duration.ofSeconds(45));
            stand.stoppedWhileDatabaseIsFrozen();
        }
    }

    @Test
    @Tag("slow")
    @Timeout(900)
    void aNodeThatWavers(@TempDir Path folder) throws Exception {
        try (Stand stand = new Stand(folder)) {
            for (int depth : new int[] {1, 5, 40}) {
                stand.thereAndBack(depth);
                stand.wrongParent();
            }
            stand.wander(30);
        }
    }

    /** A process that follows a scripted node. */
    private final class Stand implements AutoCloseable {
        private final BlockTree tree = BlockTree.empty(NETWORK, new EvmBlockMaker(3), seed.value());
        private final ScriptedNode node;
        private final NodeLine line;
        private final DevProcess amp;
        private final ChainAudit audit;

        Stand(Path folder) throws Exception {
            tree.mine(100);
            node = new ScriptedNode(tree, 31_337);
            line = new NodeLine(node::handle);
            amp = new DevProcess(folder);
            audit = new ChainAudit(amp, "outage");
            try {
                amp.start();
                amp.awaitReady();
                amp.addProvider(NETWORK.toString(), line.url());
                amp.follow("outage", NETWORK.toString(), 1);
                settle("at the start");
            } catch (Exception | Error e) {
                close();
                throw e;
            }
        }

        private void settle(String after) throws Exception {
            long since = System.nanoTime();
            audit.awaitEqual(RECOVERED_MAX, Expected.of(tree));
            seed.say("  equal " + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms later: " + after);
        }

        void nodeDown(Duration outage) throws Exception {
            line.cut();
            tree.mine(30);
            clock.sleep(outage);
            amp.assertAlive();
            line.mend();
            settle("the node was down for " + outage.toSeconds() + " s");
        }

        void databaseFrozen(Duration outage) throws Exception {
            List<ProcessHandle> frozen = amp.freezePostgres();
            try {
                tree.mine(30);
                clock.sleep(outage);
                amp.assertAlive();
            } finally {
                amp.thaw(frozen);
            }
            settle("PostgreSQL was frozen for " + outage.toSeconds() + " s");
            tree.mine(3);
            settle("more blocks after it");
        }

        /** Nothing can be told to the database, and still a signal ends the process. */
        void stoppedWhileDatabaseIsFrozen() throws Exception {
            amp.freezePostgres();
            tree.mine(3);
            long since = System.nanoTime();
            assertThat(amp.stop()).isZero();
            seed.say("  stopped within "
                    + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms");
            amp.start();
            amp.awaitReady();
            settle("a stop while PostgreSQL was frozen");
        }

        /** A, B, and A again: to a head of the same number, then beyond. */
        void thereAndBack(int depth) throws Exception {
            EvmBlock a = tree.head();
            tree.reorg(depth, depth);
            settle("B in place of the last " + depth + " blocks of A");
            tree.setHead(a);
            tree.mine();
            settle("back to A, one block on");
            a = tree.head();
            tree.reorg(depth, depth + 2);
            settle("B, longer");
            tree.setHead(a);
            tree.mine(3);
            settle("A, longer");
        }

        /** One block is answered once with a parent that does not exist. */
        void wrongParent() throws Exception {
            long next = tree.head().number() + 1;
            node.atBlock(
                    next,
                    "eth_getBlockByNumber",
                    new NodeFault.Lie(block -> ((ObjectNode) block).put("parentHash", "0x" + "ab".repeat(32))),
                    1);
            tree.mine(4);
            settle("a wrong parent hash in block " + next);
            tree.mine(2);
            settle("more blocks after it");
        }

        /** Any branch of the last forty blocks becomes the chain, again and again, followed or not. */
        void wander(int steps) throws Exception {
            List<EvmBlock> heads = new ArrayList<>(List.of(tree.head()));
            for (int step = 0; step < steps; step++) {
                int depth = Seed.between(random, 1, 40);
                if (random.nextBoolean()) {
                    tree.reorg(depth, Seed.between(random, 1, depth + 3));
                } else {
                    tree.setHead(heads.get(random.nextInt(heads.size())));
                    tree.mine(Seed.between(random, 1, 5));
                }
                heads.add(tree.head());
                if (random.nextInt(4) == 0) {
                    growBeyond(heads);
                    settle("step " + step);
                }
            }
            growBeyond(heads);
            settle("the last step");
        }

        /** What is stored of longer branches hides a shorter chain until it is the longest. */
        private void growBeyond(List<EvmBlock> heads) {
            long highest = heads.stream().mapToLong(EvmBlock::number).max().orElseThrow();
            tree.mine((int) Math.max(1, highest + 1 - tree.head().number()));
            heads.add(tree.head());
        }

        @Override
        public void close() {
            amp.close();
            line.close();
            node.close();
        }
    }
}
