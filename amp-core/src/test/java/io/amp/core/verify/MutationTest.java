package io.amp.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.testkit.chain.ChainData;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.junit.jupiter.api.Test;

/** One byte changed in any column is noticed, except where no commitment covers the column (datasets specification, section 9.1). */
class MutationTest {
    private final long seed = Long.getLong("amp.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void everyByteCountsInABlockOfTypes0And2() {
        // Not covered: max_fee_per_gas of legacy rows only. total_difficulty is NULL here.
        mutate(ChainData.MAINNET_15000000, Set.of());
    }

    @Test
    void everyByteCountsInABlockBeforeByzantium() {
        mutate(ChainData.MAINNET_46147, Set.of("status", "max_fee_per_gas"));
    }

    @Test
    void everyByteCountsInGenesis() {
        mutate(ChainData.MAINNET_0, Set.of("total_difficulty"));
    }

    private void mutate(ChainData data, Set<String> uncovered) {
        var withSenders = new BlockVerifier(ProofLevel.FULL, true);
        var withoutSenders = new BlockVerifier(ProofLevel.FULL, false);
        try (BufferAllocator allocator = new RootAllocator();
                BlockRows rows = VerifiedBlock.of(data).rows(allocator)) {
            assertThat(withSenders.verify(rows)).isEqualTo(ProofLevel.FULL);
            var noticed = new HashMap<String, Integer>();
            for (var table : rows.tables().entrySet()) {
                for (FieldVector column : table.getValue().root().getFieldVectors()) {
                    var verifier = column.getName().equals("from") ? withSenders : withoutSenders;
                    String name = table.getKey() + "." + column.getName();
                    for (int attempt = 0; attempt < 6; attempt++) {
                        Runnable undo = change(column);
                        if (undo == null) {
                            continue;
                        }
                        boolean found = isNoticed(verifier, rows);
                        undo.run();
                        if (!uncovered.contains(column.getName()) && !isLegacyFeeCap(column)) {
                            assertThat(found)
                                    .as("-Damp.seed=%d: %s of %s", seed, name, data)
                                    .isTrue();
                        }
                        noticed.merge(name, 1, Integer::sum);
                    }
                }
            }
            assertThat(noticed).isNotEmpty();
            assertThat(withSenders.verify(rows)).isEqualTo(ProofLevel.FULL);
        }
    }

    private int changedRow;

    private BlockRows current;

    private boolean isLegacyFeeCap(FieldVector column) {
        return column.getName().equals("max_fee_per_gas")
                && ((org.apache.arrow.vector.IntVector) current.tables()
                                        .get("transactions")
                                        .root()
                                        .getVector("type"))
                                .get(changedRow)
                        == 0;
    }

    private boolean isNoticed(BlockVerifier verifier, BlockRows rows) {
        current = rows;
        try {
            verifier.verify(rows);
            return false;
        } catch (AmpException e) {
            assertThat(e.code()).isEqualTo(SourceError.VERIFICATION_FAILED);
            assertThat(e.context()).containsKeys("block", "check");
            return true;
        }
    }

    /** Changes one byte of a random cell that has one; returns how to change it back, or null. */
    private Runnable change(FieldVector vector) {
        if (vector.getValueCount() == 0) {
            return null;
        }
        int row = random.nextInt(vector.getValueCount());
        for (int i = 0; i < vector.getValueCount() && isEmpty(vector, row); i++) {
            row = (row + 1) % vector.getValueCount();
        }
        if (isEmpty(vector, row)) {
            return null;
        }
        changedRow = row;
        return change(vector, row);
    }

    private static boolean isEmpty(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return true;
        }
        return switch (vector) {
            case BaseVariableWidthVector v -> v.getStartOffset(row) == v.getEndOffset(row);
            case ListVector v -> v.isEmpty(row);
            default -> false;
        };
    }

    private Runnable change(FieldVector vector, int row) {
        return switch (vector) {
            case BitVector v -> {
                int old = v.get(row);
                v.set(row, 1 - old);
                yield () -> v.set(row, old);
            }
            case BaseFixedWidthVector v -> flip(v.getDataBuffer(), row * (long) v.getTypeWidth(), v.getTypeWidth());
            case BaseVariableWidthVector v ->
                flip(v.getDataBuffer(), v.getStartOffset(row), v.getEndOffset(row) - v.getStartOffset(row));
            case ListVector v ->
                change(v.getDataVector(), v.getElementStartIndex(row) + random.nextInt(v.getInnerValueCountAt(row)));
            case StructVector v -> {
                List<FieldVector> members = v.getChildrenFromFields();
                FieldVector member = members.get(random.nextInt(members.size()));
                yield change(isEmpty(member, row) ? members.getFirst() : member, row);
            }
            default -> throw new IllegalArgumentException(vector.getField().toString());
        };
    }

    private Runnable flip(ArrowBuf buffer, long start, int length) {
        long at = start + random.nextInt(length);
        byte old = buffer.getByte(at);
        buffer.setByte(at, old ^ 1 << random.nextInt(8));
        return () -> buffer.setByte(at, old);
    }
}
