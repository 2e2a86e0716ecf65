package io.amp.core.materialize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.testkit.chain.EvmBlock;
import io.amp.testkit.runtime.ScriptedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node walks over a tree of blocks while a job follows its head; once the node has settled above every stored end, readers see
 * exactly the node's chain (jobs-and-storage specification, section 4.7).
 */
class ChainFollowerRandomizedTest {
    private static final int WALKS = Integer.getInteger("amp.walks", 400);

    /** Waits after the node settled within which the tables must be right; a contradiction costs one. */
    private static final int WAITS_MAX = 4;

    @Test
    void afterAnyWalkTheTablesShowTheChainOfTheNode() throws InterruptedException {
        long first = Long.getLong("amp.seed", System.nanoTime() % 1_000_000_007);
        int walks = Long.getLong("amp.seed") == null ? WALKS : 1;
        for (long seed = first; seed < first + walks; seed++) {
            Random random = new Random(seed);
            Walk walk = new Walk(random, 5 + random.nextInt(40));
            try (JobBench bench = new JobBench(seed, random.nextInt(2), wait -> walk.duringWait())) {
                walk.bench = bench;
                bench.tree.mine(1 + random.nextInt(9));
                assertThatThrownBy(() -> bench.run(new EndBlock.Continuous()))
                        .as("-Damp.seed=%d", seed)
                        .isInstanceOf(InterruptedException.class);
                assertThat(walk.waitsAfterSettling)
                        .as("waits after settling, -Damp.seed=%d", seed)
                        .isLessThanOrEqualTo(WAITS_MAX);
                bench.assertRowsAreTheChain("-Damp.seed=" + seed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 40})
    void aReorganisationOfAnyDepthIsRepairedTwiceInARow(int depth) throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(depth, 0, steps)) {
            bench.tree.mine(60);
            steps.then(() -> bench.tree.reorg(depth, depth + 1));
            steps.then(() -> bench.tree.reorg(depth, depth + 1));
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            bench.assertRowsAreTheChain("depth " + depth);
        }
    }

    @Test
    void aReorganisationToEqualHeightShowsWithoutANewBlock() throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(3, 0, steps)) {
            bench.tree.mine(10);
            steps.then(() -> bench.tree.reorg(2, 2));
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            bench.assertRowsAreTheChain("equal height");
        }
    }

    @Test
    void goingToAnotherBranchAndBackShowsTheFirstAgain() throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(4, 0, steps)) {
            bench.tree.mine(10);
            EvmBlock[] a = new EvmBlock[1];
            steps.then(() -> {
                a[0] = bench.tree.head();
                bench.tree.reorg(3, 4);
            });
            steps.then(() -> bench.tree.setHead(a[0]));
            steps.then(() -> bench.tree.mine(2));
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            bench.assertRowsAreTheChain("A, B, A");
        }
    }

    @Test
    void fiftyFlapsBetweenTwoBranchesEndOnTheLast() throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(5, 0, steps)) {
            bench.tree.mine(8);
            EvmBlock[] tips = new EvmBlock[2];
            steps.then(() -> {
                tips[0] = bench.tree.head();
                bench.tree.reorg(3, 3);
                tips[1] = bench.tree.head();
            });
            for (int i = 0; i < 50; i++) {
                int tip = i % 2;
                steps.then(() -> {
                    bench.tree.setHead(tips[tip]);
                    bench.tree.mine();
                    tips[tip] = bench.tree.head();
                });
            }
            steps.then(() -> bench.tree.mine(2));
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            bench.assertRowsAreTheChain("50 flaps");
        }
    }

    @Test
    void aWrongParentHashThatHealsIsFetchedAgain() throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(6, 0, steps)) {
            bench.tree.mine(5);
            bench.source.tamperOnce(3, block -> block.withParent(new BlockHash(1, 2, 3, 4)));
            steps.then(() -> bench.tree.mine(1));
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            bench.assertRowsAreTheChain("wrong parent once");
        }
    }

    @Test
    void blocksInFrontOfOneThatDoesNotComeAreShownBeforeIt() throws InterruptedException {
        try (JobBench bench = new JobBench(8, 0, new ScriptedClock.Script() {
            private Duration waited = Duration.ZERO;

            @Override
            public void duringWait(Duration wait) throws InterruptedException {
                waited = waited.plus(wait);
                if (waited.compareTo(Duration.ofSeconds(10)) > 0) {
                    throw new InterruptedException("done");
                }
            }
        })) {
            bench.tree.mine(9);
            bench.source.failAlways(7, new AmpException(SourceError.NOT_READY, "no receipts yet"));
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            assertThat(bench.visible("blocks").end()).contains(6L);
        }
    }

    @Test
    void aChainThatBecameShorterWhileItWasReadIsShownAsItIs() throws InterruptedException {
        EvmBlock[] lower = new EvmBlock[1];
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(9, 0, steps)) {
            bench.tree.mine(4);
            lower[0] = bench.tree.head();
            bench.tree.mine(5);
            bench.source.failAlways(6, new AmpException(SourceError.UNREACHABLE, "connection reset"));
            steps.then(() -> {
                bench.tree.setHead(lower[0]);
                bench.source.heal();
            });
            // The waits of the stream, until it looks at the head again.
            for (int i = 0; i < 5; i++) {
                steps.then(() -> {});
            }
            steps.thenStopWhen(() -> bench.visible("blocks").end().isPresent());
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            assertThat(bench.visible("blocks").end()).contains(5L);
        }
    }

    @Test
    void skippedNumbersAreNotFetchedAgain() throws InterruptedException {
        Steps steps = new Steps();
        try (JobBench bench = new JobBench(7, 0, steps)) {
            bench.tree.mine(3);
            bench.tree.skip(2);
            bench.tree.mine(3);
            long[] served = new long[1];
            steps.then(() -> served[0] = bench.source.blocksServed());
            steps.then(() -> {});
            steps.thenStopWhen(bench::showsTheChain);
            assertThatThrownBy(() -> bench.run(new EndBlock.Continuous())).isInstanceOf(InterruptedException.class);
            assertThat(bench.source.blocksServed()).isEqualTo(served[0]);
            bench.assertRowsAreTheChain("skipped");
        }
    }

    /** What happens at each wait, one step a wait. */
    private static final class Steps implements ScriptedClock.Script {
        private final List<Runnable> steps = new ArrayList<>();
        private java.util.function.BooleanSupplier done = () -> true;
        private int next;
        private int waits;

        void then(Runnable step) {
            steps.add(step);
        }

        void thenStopWhen(java.util.function.BooleanSupplier condition) {
            done = condition;
        }

        @Override
        public void duringWait(Duration wait) throws InterruptedException {
            if (next < steps.size()) {
                steps.get(next++).run();
            } else if (done.getAsBoolean()) {
                throw new InterruptedException("done");
            } else if (++waits > 20) {
                throw new IllegalStateException("the tables never showed the chain");
            }
        }
    }

    /** The moves of the model in the notes: grow, reorganise, go to an old branch, lie once. */
    private static final class Walk {
        private final Random random;
        private final List<EvmBlock> tips = new ArrayList<>();
        private int movesLeft;
        private boolean settled;
        private int waitsAfterSettling;
        private JobBench bench;

        Walk(Random random, int moves) {
            this.random = random;
            this.movesLeft = moves;
        }

        void duringWait() throws InterruptedException {
            if (settled) {
                if (bench.showsTheChain()) {
                    throw new InterruptedException("done");
                }
                if (++waitsAfterSettling > WAITS_MAX) {
                    throw new InterruptedException("gave up");
                }
                return;
            }
            for (int moves = 1 + random.nextInt(2); moves > 0 && movesLeft > 0; moves--, movesLeft--) {
                move();
            }
            if (movesLeft == 0) {
                settled = true;
                long missing = bench.storedEnd() - bench.tree.head().number();
                bench.tree.mine((int) Math.max(1, missing + 1));
            }
        }

        private void move() {
            double what = random.nextDouble();
            tips.add(bench.tree.head());
            long height = bench.tree.head().number();
            if (what < 0.5 || height == 0) {
                bench.tree.mine(1 + random.nextInt(4));
            } else if (what < 0.75) {
                int depth = 1 + random.nextInt((int) Math.min(height, 12));
                bench.tree.reorg(depth, Math.max(1, depth - 2 + random.nextInt(5)));
            } else if (what < 0.95) {
                bench.tree.setHead(tips.get(Math.max(0, tips.size() - 1 - random.nextInt(8))));
            } else {
                bench.source.tamperOnce(height + 1, block -> block.withParent(new BlockHash(9, 9, 9, 9)));
                bench.tree.mine();
            }
        }
    }
}
