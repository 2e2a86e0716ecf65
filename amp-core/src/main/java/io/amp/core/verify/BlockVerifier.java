package io.amp.core.verify;

import io.amp.evm.block.Header;
import io.amp.evm.block.HeaderField;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.ports.batch.RecordBatch;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.VerifyMode;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Proves blocks of {@code evm-rpc} datasets from their rows. Reuses its buffers, which grow to the largest block seen: one instance per
 * thread.
 *
 * <p>Order of the checks: the header's hash, the transactions root, gas, the receipts root, and last the copies of proved values in other
 * columns. A root that does not match is reported with the first thing that explains it, such as the transaction that does not hash to its
 * {@code tx_hash}.
 */
public final class BlockVerifier {
    private final ProofLevel wanted;
    private final Keccak256 keccak = new Keccak256();
    private final Header header = new Header();
    private final RlpWriter out = new RlpWriter(1024);
    private final byte[] hash = new byte[Keccak256.HASH_BYTES];
    private final BlockBody body;

    /**
     * @param wanted FULL fails a block with transactions of other types than 0 to 4, PARTIAL proves of it what can be proved
     * @param senders also recover each sender from its signature, which takes most of the time
     */
    public BlockVerifier(ProofLevel wanted, boolean senders) {
        this.wanted = wanted;
        this.body = new BlockBody(keccak, senders);
    }

    /**
     * The verifier of an extraction; senders are not recovered.
     *
     * @param mode FULL or PARTIAL
     */
    public static BlockVerifier during(VerifyMode mode) {
        return switch (mode) {
            case FULL -> new BlockVerifier(ProofLevel.FULL, false);
            case PARTIAL -> new BlockVerifier(ProofLevel.PARTIAL, false);
            case OFF -> throw new IllegalArgumentException("nothing to verify in mode OFF");
        };
    }

    /**
     * Proves one block; only reads the rows.
     *
     * @return what was proved: FULL, or less where that was asked for
     * @throws AmpException {@link SourceError#VERIFICATION_FAILED} (retryable) with context {@code block}, {@code check} and where they
     *     apply {@code index}, {@code computed}, {@code expected}; {@link SourceError#FATAL_DATA} when a table or column is missing
     */
    public ProofLevel verify(BlockRows rows) {
        BlockColumns blocks = new BlockColumns(table(rows, BlockColumns.TABLE));
        TransactionColumns transactions = new TransactionColumns(table(rows, TransactionColumns.TABLE));
        LogColumns logs = new LogColumns(table(rows, LogColumns.TABLE));
        if (blocks.rowCount() != 1) {
            throw new Mismatch(
                            "blocks",
                            "dataset missing block "
                                    + Long.toUnsignedString(rows.range().start()),
                            -1,
                            Integer.toString(blocks.rowCount()),
                            "1")
                    .toException(rows.range().start());
        }
        ProofLevel proved = verify(blocks, 0, transactions, 0, transactions.rowCount(), logs, 0, logs.rowCount());
        requireRange(blocks, rows.range());
        return proved;
    }

    /**
     * Proves one block of tables that hold many.
     *
     * @param blockRow its row in {@code blocks}
     * @param transactionsStart first row of its transactions; they need not be in order
     * @param transactionsEnd row after the last
     * @param logsStart first row of its logs, which need not be in order
     * @param logsEnd row after the last
     * @throws AmpException as {@link #verify(BlockRows)}
     */
    public ProofLevel verify(
            VectorSchemaRoot blocks,
            int blockRow,
            VectorSchemaRoot transactions,
            int transactionsStart,
            int transactionsEnd,
            VectorSchemaRoot logs,
            int logsStart,
            int logsEnd) {
        return verify(
                new BlockColumns(blocks),
                blockRow,
                new TransactionColumns(transactions),
                transactionsStart,
                transactionsEnd,
                new LogColumns(logs),
                logsStart,
                logsEnd);
    }

    private ProofLevel verify(
            BlockColumns blocks,
            int blockRow,
            TransactionColumns transactions,
            int transactionsStart,
            int transactionsEnd,
            LogColumns logs,
            int logsStart,
            int logsEnd) {
        long number = blocks.blockNumber.get(blockRow);
        Mismatch wrongHeader = checkHeader(blocks, blockRow);
        if (wrongHeader != null && !(header.isComplete() && isHashMismatch(wrongHeader))) {
            throw wrongHeader.toException(number);
        }
        if (wanted == ProofLevel.HEADER) {
            if (wrongHeader != null) {
                throw wrongHeader.toException(number);
            }
            return ProofLevel.HEADER;
        }
        BlockBody.Result result = body.check(
                blocks,
                blockRow,
                transactions,
                transactionsStart,
                transactionsEnd,
                logs,
                logsStart,
                logsEnd,
                wanted == ProofLevel.PARTIAL);
        if (wrongHeader != null) {
            throw wrongHeader
                    .because(
                            result.mismatch() == null
                                    ? "everything else is right, so the header may have a field of a later fork that is not known here"
                                    : null)
                    .toException(number);
        }
        if (result.mismatch() != null) {
            throw result.mismatch().toException(number);
        }
        return result.proved();
    }

    private @Nullable Mismatch checkHeader(BlockColumns blocks, int row) {
        blocks.load(row, header);
        HeaderField missing = header.missingField();
        if (missing != null) {
            return Mismatch.of("missing field", "missing field " + missing.column(), -1);
        }
        HeaderField inconsistent = header.inconsistentField();
        if (inconsistent != null) {
            return Mismatch.of(
                    "fork fields",
                    "inconsistent fork fields: " + inconsistent.column() + " is set although an earlier one is NULL",
                    -1);
        }
        out.clear();
        header.encode(out);
        keccak.hash(out.array(), out.start(), out.written(), hash, 0);
        String computed = TableColumns.hex(hash);
        String expected = TableColumns.hex(blocks.hash, row);
        return computed.equals(expected)
                ? null
                : Mismatch.of("block hash", "block hash mismatch", -1, computed, expected);
    }

    private static boolean isHashMismatch(Mismatch mismatch) {
        return mismatch.check().equals("block hash");
    }

    /** The range becomes the segment's metadata, so it has to say the same as the row. */
    private static void requireRange(BlockColumns blocks, BlockRange range) {
        long number = blocks.blockNumber.get(0);
        BlockHash hash = BlockHash.of(blocks.hash.get(0));
        BlockHash parent = BlockHash.of(blocks.parentHash.get(0));
        if (range.start() != number || range.end() != number) {
            throw Mismatch.of(
                            "range",
                            "number of the block range",
                            -1,
                            Long.toUnsignedString(range.start()),
                            Long.toUnsignedString(number))
                    .toException(number);
        }
        if (!range.hash().equals(hash)) {
            throw Mismatch.of(
                            "range", "hash of the block range", -1, range.hash().toString(), hash.toString())
                    .toException(number);
        }
        if (range.prevHash() != null && !range.prevHash().equals(parent)) {
            throw Mismatch.of(
                            "range",
                            "parent hash of the block range",
                            -1,
                            range.prevHash().toString(),
                            parent.toString())
                    .toException(number);
        }
    }

    private static VectorSchemaRoot table(BlockRows rows, String name) {
        RecordBatch batch = rows.tables().get(name);
        if (batch == null) {
            throw new AmpException(
                    SourceError.FATAL_DATA, "table '" + name + "' not found in dataset", null, Map.of("table", name));
        }
        return batch.root();
    }
}
