package io.amp.adapters.query.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.adapters.query.prune.NumberSet.Range;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberSetTest {
    /** Numbers 0 to 19 and the last 20 of the unsigned range, by index. */
    private static final int POINTS = 40;

    private static long number(int index) {
        return index < 20 ? index : index - POINTS;
    }

    @Test
    void rangesNearTheTopOfTheUnsignedRangeWork() {
        assertThat(NumberSet.from(-1).complement()).isEqualTo(NumberSet.upTo(-2));
        assertThat(NumberSet.of(5, 4)).isEqualTo(NumberSet.NONE);
        assertThat(NumberSet.ALL.complement()).isEqualTo(NumberSet.NONE);
        assertThat(NumberSet.NONE.complement()).isEqualTo(NumberSet.ALL);
        assertThat(NumberSet.upTo(3).union(NumberSet.from(4))).isEqualTo(NumberSet.ALL);
        assertThat(NumberSet.of(1, 2).union(NumberSet.of(4, 5)).ranges())
                .isEqualTo(List.of(new Range(1, 2), new Range(4, 5)));
    }

    @Test
    void operationsAgreeWithSetsOfSingleNumbers() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            var a = new Model(random);
            var b = new Model(random);
            String context = "-Damp.seed=" + seed + " round " + round;
            check(a.set.union(b.set), or(a.bits, b.bits), context);
            check(a.set.intersect(b.set), and(a.bits, b.bits), context);
            check(a.set.complement(), not(a.bits), context);
        }
    }

    private static void check(NumberSet set, BitSet expected, String context) {
        for (int i = 0; i < POINTS; i++) {
            assertThat(set.touches(number(i), number(i)))
                    .as(context + " number " + number(i))
                    .isEqualTo(expected.get(i));
        }
    }

    private static BitSet or(BitSet a, BitSet b) {
        BitSet c = (BitSet) a.clone();
        c.or(b);
        return c;
    }

    private static BitSet and(BitSet a, BitSet b) {
        BitSet c = (BitSet) a.clone();
        c.and(b);
        return c;
    }

    private static BitSet not(BitSet a) {
        BitSet c = (BitSet) a.clone();
        c.flip(0, POINTS);
        return c;
    }

    /** A union of random ranges, once as a set and once bit by bit. */
    private static final class Model {
        NumberSet set = NumberSet.NONE;
        final BitSet bits = new BitSet();

        Model(Random random) {
            for (int i = random.nextInt(4); i > 0; i--) {
                int from = random.nextInt(POINTS);
                int to = from + random.nextInt(POINTS - from);
                set = set.union(NumberSet.of(number(from), number(to)));
                bits.set(from, to + 1);
            }
        }
    }
}
