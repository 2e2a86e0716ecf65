package io.amp.core.verify;

import io.amp.ports.chain.BlockRows;
import io.amp.testkit.chain.ChainData;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;

/** Prints processor time per block on one core; to be run by hand. */
public final class VerifierThroughput {
    private VerifierThroughput() {}

    public static void main(String[] arguments) {
        try (var allocator = new RootAllocator()) {
            for (ChainData data : List.of(ChainData.MAINNET_15000000, ChainData.BASE_33411770)) {
                try (BlockRows rows = VerifiedBlock.of(data).rows(allocator)) {
                    measure(data, rows, false, 200);
                    measure(data, rows, true, 10);
                }
            }
        }
    }

    private static void measure(ChainData data, BlockRows rows, boolean senders, int times) {
        var verifier = new BlockVerifier(ProofLevel.PARTIAL, senders);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                verifier.verify(rows);
            }
            long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            best = Math.min(best, (end - start) / 1e6 / times);
        }
        System.out.printf("%s, senders %s: %.2f ms%n", data, senders ? "recovered" : "as they are", best);
    }
}
