package io.amp.core.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.BlockInterval;
import io.amp.ports.storage.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of the jobs-and-storage specification, sections 4.7 and 5.2, and of the sources specification, sections 3.4 and 3.5. */
class MissingRangesVectorTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none | 0-10 | 0-10
            0-5 | 10-15 | 10-15
            3-7 | 0-10 | 0-2, 8-10
            0-15 | 5-10 | none
            0-5, 8-8 | 0-10 | 6-7, 9-10
            1-2, 4-4, 8-9 | 0-10 | 0-0, 3-3, 5-7, 10-10
            0-3, 5-7 | 0-10 | 4-4, 8-10
            0-8, 2-4 | 0-10 | 9-10
            0-3, 2-5, 4-7 | 0-10 | 0-3, 8-10
            0-2, 1-3 | 0-3 | 0-0
            0-2, 2-3 | 0-2 | 0-1
            0-3, 5-7, 2-12 | 0-15 | 0-1, 13-15
            0-5, 3-8 | 0-7 | 0-2
            0-20, 10-30 | 12-18 | none
            0-5, 3-8 | 2-7 | 2-2
            """)
    void everySegmentOnItsOwnBranch(String segments, String desired, String missing) {
        List<Segment> live = new ArrayList<>();
        for (BlockInterval numbers : Segments.intervals(segments)) {
            int branch = live.size() + 1;
            live.add(Segments.segment(branch, numbers.start(), numbers.end(), null, branch, branch, 0));
        }
        assertThat(MissingRanges.withFork(live, Segments.intervals(desired).getFirst()))
                .isEqualTo(Segments.intervals(missing));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            101-108/100-109 | 100-109 | none
            0-4/0-5 | 0-10 | 6-10
            """)
    void scannedNumbersAreNotMissing(String segments, String desired, String missing) {
        assertThat(MissingRanges.uncovered(
                        Segments.parse(segments), Segments.intervals(desired).getFirst()))
                .isEqualTo(Segments.intervals(missing));
    }

    @ParameterizedTest
    @CsvSource({"4,8", "4,6"})
    void aGapThatLinksByHashIsNotMissing(long end, long next) {
        Segment low = Segments.segment(1, 0, end, null, 0, 0, 0);
        Segment template = Segments.segment(2, next, 10, null, 0, 0, 0);
        Segment high = Segments.of(
                2,
                List.of(new io.amp.ports.chain.BlockRange(
                        template.range().numbers(),
                        template.range().network(),
                        template.range().hash(),
                        low.range().hash(),
                        null)),
                null,
                0);
        assertThat(MissingRanges.uncovered(List.of(low, high), new BlockInterval(0, 10)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0-10 | 2 | 4 | - | 0-5 / 6-10
            1-5, 10-15, 20-25 | 1 | 5 | - | 1-5, 10-15, 20-25
            1-30 | 3 | 5 | - | 1-10 / 11-20 / 21-30
            0-9, 20-29 | 4 | 5 | - | 0-4 / 5-9 / 20-24 / 25-29
            1-5, 6-10, 11-15, 16-20 | 4 | 10 | - | 1-5, 6-10 / 11-15, 16-20
            1-5, 11-20 | 5 | 10 | - | 1-5, 11-15 / 16-20
            1-100 | 4 | 10 | - | 1-25 / 26-50 / 51-75 / 76-100
            0-39 | 2 | 1 | 10 | 0-19 / 20-39
            8-12 | 4 | 1 | 10 | 8-9 / 10-12
            1-4, 6-9 | 4 | 1 | 10 | 1-4, 6-9
            0-5 | 4 | 10 | 3 | 0-5
            0-9, 10-19, 20-29 | 1 | 1 | 10 | 0-29
            5-15, 25-35 | 2 | 1 | 10 | 5-15 / 25-35
            0-9, 10-19 | 2 | 1 | 20 | 0-19
            none | 2 | 4 | - | none
            """)
    void partitions(String missing, int writers, long minBlocks, String bucket, String expected) {
        OptionalLong bucketSize = bucket.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(bucket));
        List<List<BlockInterval>> partitions =
                Partitioning.split(Segments.intervals(missing), writers, minBlocks, bucketSize);
        List<List<BlockInterval>> wanted = new ArrayList<>();
        if (!expected.equals("none")) {
            for (String partition : expected.split("/")) {
                wanted.add(Segments.intervals(partition.strip()));
            }
        }
        assertThat(partitions).isEqualTo(wanted);
    }
}
