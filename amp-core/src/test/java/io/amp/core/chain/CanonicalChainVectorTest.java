package io.amp.core.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.storage.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of the jobs-and-storage specification, section 4.6: canonical chain, fork, visible chain. */
class CanonicalChainVectorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none | none | none
            0-2, 3-5 | 0-2, 3-5 | none
            0-2, 5-7, 10-12 | 0-2 | none
            0-2, 3-5, 4-5, 4-6, 3-6 @1 | 0-2, 3-6 | none
            0-2, 3-5, 3-6 1>0 | 0-2, 3-5 | 3-6
            0-2, 3-5, 3-5 1>1, 6-8 1>0, 6-8 | 0-2, 3-5, 6-8 | none
            0-2, 3-5, 3-5 1>1, 6-9 1>0, 6-8 | 0-2, 3-5, 6-8 | 3-5, 6-9
            0-2, 3-5 0>1 @1, 3-5 @0 | 0-2, 3-5 | none
            0-3, 4-6 1>1 @1, 4-8 @2, 7-9 1>1 @3, 4-9 2>2 @4 | 0-3, 4-8 | 4-9
            0-3, 4-5 1>1 @1, 6-7 1>1 @2, 8-9 1>1 @3 | 0-3 | 4-5, 6-7, 8-9
            0-5, 6-10 @2, 3-5, 6-10 0>1 @1, 11-15 1>1 @1 | 0-5, 6-10 | 6-10, 11-15
            """)
    void greedyChainAndFork(String segments, String canonical, String fork) {
        CanonicalChain chain = CanonicalChain.of(Segments.parse(segments));
        assertThat(Segments.numbers(chain.segments())).isEqualTo(canonical.replace("none", ""));
        assertThat(Segments.numbers(chain.fork())).isEqualTo(fork.replace("none", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none | none
            0-2, 3-5 | 1 2
            0-2, 5-7, 10-12 | 1
            0-2, 3-5, 4-5, 4-6, 3-6 @1 | 1 5
            0-2, 3-5, 3-6 1>0 | 1 2
            0-2, 3-5, 3-5 1>1, 6-8 1>0, 6-8 | 1 2 5
            0-2, 3-5, 3-5 1>1, 6-9 1>0, 6-8 | 1 2 5
            0-2, 3-5 0>1 @1, 3-5 @0 | 1 2
            0-3, 4-6 1>1 @1, 4-8 @2, 7-9 1>1 @3, 4-9 2>2 @4 | 1 3
            0-3, 4-5 1>1 @1, 6-7 1>1 @2, 8-9 1>1 @3 | 1
            0-5, 6-10 @2, 3-5, 6-10 0>1 @1, 11-15 1>1 @1 | 1 4 5
            0-7, 8-10, 8-11 0>1 @1, 11-12 @2 | 1 2 4
            0-10, 0-11 1>1 @1, 11-12 @2 | 1 3
            """)
    void visibleChain(String segments, String fileIds) {
        assertThat(ids(VisibleChain.of(Segments.parse(segments), null))).isEqualTo(fileIds.replace("none", ""));
    }

    @Test
    void twoNetworksLinkOnlyTogether() {
        Segment first = Segments.of(1, List.of(range("a", 0, 2, 0, 0), range("b", 0, 2, 0, 0)), null, 0);
        Segment second = Segments.of(2, List.of(range("a", 3, 5, 0, 0), range("b", 3, 5, 0, 0)), null, 0);
        Segment third = Segments.of(3, List.of(range("a", 3, 6, 0, 1), range("b", 6, 7, 0, 0)), null, 0);
        CanonicalChain chain = CanonicalChain.of(List.of(third, first, second));
        assertThat(chain.segments()).containsExactly(first, second);
        assertThat(chain.fork()).containsExactly(third);
        assertThat(VisibleChain.of(List.of(third, first, second), null).segments())
                .containsExactly(first, second);
    }

    @Test
    void aTableWhoseChainStartsAboveTheDeclaredStartIsEmpty() {
        assertThat(VisibleChain.of(Segments.parse("5-7, 8-9"), 4L).segments()).isEmpty();
        assertThat(VisibleChain.of(Segments.parse("5-7, 8-9"), 5L).segments()).hasSize(2);
    }

    @Test
    void aDeclaredStartThatWasSkippedIsFoundInTheScannedRange() {
        assertThat(VisibleChain.of(Segments.parse("6-7/4-7, 8-9"), 4L).segments())
                .hasSize(2);
    }

    @Test
    void theResultDoesNotDependOnTheOrderOfTheInputAndForksNeverShortenAChain() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<Segment> full = new ArrayList<>();
            long next = 0;
            for (int i = 0; i < 1 + random.nextInt(12); i++) {
                long end = next + random.nextInt(4);
                full.add(Segments.segment(full.size() + 1, next, end, null, 0, 0, random.nextInt(3)));
                next = end + 1;
            }
            List<Segment> all = new ArrayList<>(full);
            for (int i = 0; i < random.nextInt(8); i++) {
                long start = random.nextLong(next);
                long end = start + random.nextLong(next - start);
                int branch = 1 + random.nextInt(3);
                all.add(Segments.segment(all.size() + 1, start, end, null, branch, branch, random.nextInt(3)));
            }
            Collections.shuffle(all, random);
            CanonicalChain chain = CanonicalChain.of(all);
            VisibleChain visible = VisibleChain.of(all, null);
            Collections.shuffle(all, random);
            assertThat(CanonicalChain.of(all)).as("-Damp.seed=%d", seed).isEqualTo(chain);
            assertThat(VisibleChain.of(all, null)).as("-Damp.seed=%d", seed).isEqualTo(visible);
            assertThat(visible.end()).as("-Damp.seed=%d", seed).contains(next - 1);
            if (!chain.fork().isEmpty()) {
                long canonicalEnd = chain.segments().getLast().range().end();
                assertThat(chain.fork().getLast().range().end()).isGreaterThan(canonicalEnd);
                assertThat(chain.fork().getFirst().range().start())
                        .isGreaterThan(chain.segments().getFirst().range().start() - 1)
                        .isLessThanOrEqualTo(canonicalEnd + 1);
            }
        }
    }

    private static String ids(VisibleChain chain) {
        return String.join(
                " ",
                chain.segments().stream()
                        .map(segment -> Long.toString(segment.fileId()))
                        .toList());
    }

    private static BlockRange range(String network, long start, long end, int parentBranch, int branch) {
        return new BlockRange(
                new BlockInterval(start, end),
                new NetworkId(network),
                Segments.hash(end, branch),
                start == 0 ? BlockHash.ZERO : Segments.hash(start - 1, parentBranch),
                null);
    }
}
