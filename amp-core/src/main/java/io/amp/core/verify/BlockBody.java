package io.amp.core.verify;

import io.amp.evm.block.Log;
import io.amp.evm.block.Receipt;
import io.amp.evm.block.Transaction;
import io.amp.evm.block.TransactionField;
import io.amp.evm.hash.Bloom;
import io.amp.evm.hash.BloomBits;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.evm.signature.SenderRecovery;
import io.amp.evm.trie.IndexTrie;
import java.util.Arrays;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.jspecify.annotations.Nullable;

/** Checks a block's transactions and logs against a header that is right. Reused; not thread-safe. */
final class BlockBody {
    /** @param mismatch null when everything that could be checked is right */
    record Result(ProofLevel proved, @Nullable Mismatch mismatch) {}

    private static final int HASH_BYTES = Keccak256.HASH_BYTES;

    private final Keccak256 keccak;
    private final @Nullable SenderRecovery recovery;
    private final BloomBits bits;
    private final IndexTrie trie;
    private final Transaction transaction = new Transaction();
    private final Receipt receipt;
    private final Log log = new Log();
    private final Bloom bloom = new Bloom();
    private final RlpWriter out = new RlpWriter(1 << 12);
    private final byte[] hash = new byte[HASH_BYTES];
    private final byte[] root = new byte[HASH_BYTES];
    private final byte[] expectedHash = new byte[HASH_BYTES];
    private final byte[] sender = new byte[Transaction.ADDRESS_BYTES];
    private final byte[] expectedSender = new byte[Transaction.ADDRESS_BYTES];

    /** Row of each transaction by {@code tx_index}, of each log by {@code log_index}. */
    private int[] transactionRows = new int[512];

    private int[] logRows = new int[1024];

    /** By transaction: index of its first log; one more entry for the end. */
    private int[] firstLogs = new int[513];

    private long[] cumulativeGas = new long[512];

    /** The first thing found wrong that is no root: explains a root that differs, or stands for itself. */
    private @Nullable Mismatch finding;

    /** A transaction that cannot be encoded. */
    private @Nullable Mismatch unreadable;

    /** A transaction does not have its hash, for whatever reason but the next. */
    private boolean damaged;

    /** A transaction that does not have its hash, but has an authorization that storage may not hold as it is. */
    private @Nullable Mismatch lossy;

    BlockBody(Keccak256 keccak, boolean senders) {
        this.keccak = keccak;
        this.recovery = senders ? new SenderRecovery(keccak) : null;
        this.bits = new BloomBits(keccak);
        this.trie = new IndexTrie(keccak);
        this.receipt = new Receipt(bits);
    }

    Result check(
            BlockColumns blocks,
            int blockRow,
            TransactionColumns transactions,
            int transactionsStart,
            int transactionsEnd,
            LogColumns logs,
            int logsStart,
            int logsEnd,
            boolean partialAllowed) {
        finding = null;
        unreadable = null;
        damaged = false;
        lossy = null;
        int transactionCount = transactionsEnd - transactionsStart;
        int logCount = logsEnd - logsStart;
        Mismatch disorder = orderTransactions(transactions, transactionsStart, transactionCount);
        disorder = disorder != null ? disorder : orderLogs(logs, logsStart, logCount, transactionCount);
        if (disorder != null) {
            return failed(disorder);
        }
        int unsupported = firstUnsupported(transactions, transactionCount);
        if (unsupported >= 0 && !partialAllowed) {
            int type = transactions.type.get(transactionRows[unsupported]);
            return failed(Mismatch.of(
                    "transaction type",
                    "unsupported transaction type 0x" + Integer.toHexString(type) + " of transaction " + unsupported,
                    unsupported));
        }
        boolean full = unsupported < 0;
        Mismatch wrong = full
                ? checkTransactionsRoot(blocks, blockRow, transactions, transactionCount)
                : checkTransactionHashes(transactions, transactionCount);
        if (lossy != null) {
            if (full && wrong == null) {
                // The root is right, so the transaction is and its hash is not.
                found(lossy);
            } else if (!damaged && partialAllowed) {
                wrong = null;
                full = false;
            }
        }
        if (wrong != null) {
            return failed(lossy == null || damaged ? explained(wrong) : wrong.because(notVerifiable(lossy)));
        }
        checkGas(blocks, blockRow, transactions, transactionCount);
        wrong = unsupported < 0 ? checkReceiptsRoot(blocks, blockRow, transactions, transactionCount, logs) : null;
        if (unsupported >= 0) {
            collectBloom(logs, logCount);
        }
        checkBloom(blocks, blockRow);
        if (wrong != null) {
            return failed(explained(wrong));
        }
        checkCopies(blocks, blockRow, transactions, transactionCount, logs, logCount);
        return new Result(full ? ProofLevel.FULL : ProofLevel.PARTIAL, finding);
    }

    private static Result failed(Mismatch mismatch) {
        return new Result(ProofLevel.HEADER, mismatch);
    }

    /** The first finding counts; among those of one kind, that of the lowest index. */
    private void found(Mismatch mismatch) {
        if (finding == null || (finding.check().equals(mismatch.check()) && mismatch.index() < finding.index())) {
            finding = mismatch;
        }
    }

    private Mismatch explained(Mismatch wrong) {
        return wrong.because(finding == null || finding.equals(wrong) ? null : finding.detail());
    }

    private static String notVerifiable(Mismatch lossy) {
        return "not verifiable: an authorization of transaction " + lossy.index()
                + " has chain id 0, as one does whose id has more than 64 bits";
    }

    private @Nullable Mismatch orderTransactions(TransactionColumns transactions, int start, int count) {
        if (transactionRows.length < count) {
            transactionRows = new int[Math.max(count, 2 * transactionRows.length)];
            cumulativeGas = new long[transactionRows.length];
            firstLogs = new int[transactionRows.length + 1];
        }
        Arrays.fill(transactionRows, 0, count, -1);
        for (int row = start; row < start + count; row++) {
            int index = transactions.index.get(row);
            if (Integer.compareUnsigned(index, count) >= 0 || transactionRows[index] >= 0) {
                return Mismatch.of(
                        "tx_index",
                        "tx_index " + Integer.toUnsignedString(index) + " does not belong to a run of " + count
                                + " from 0",
                        -1);
            }
            transactionRows[index] = row;
        }
        return null;
    }

    private @Nullable Mismatch orderLogs(LogColumns logs, int start, int count, int transactionCount) {
        if (logRows.length < count) {
            logRows = new int[Math.max(count, 2 * logRows.length)];
        }
        Arrays.fill(logRows, 0, count, -1);
        for (int row = start; row < start + count; row++) {
            int index = logs.index.get(row);
            if (Integer.compareUnsigned(index, count) >= 0 || logRows[index] >= 0) {
                return Mismatch.of(
                        "log_index",
                        "log_index " + Integer.toUnsignedString(index) + " does not belong to a run of " + count
                                + " from 0",
                        -1);
            }
            logRows[index] = row;
        }
        int previous = 0;
        int next = 0;
        for (int index = 0; index < count; index++) {
            int transactionIndex = logs.transactionIndex.get(logRows[index]);
            if (Integer.compareUnsigned(transactionIndex, transactionCount) >= 0 || transactionIndex < previous) {
                return Mismatch.of(
                        "log tx_index",
                        "log " + index + " has tx_index " + Integer.toUnsignedString(transactionIndex)
                                + ", which is no transaction of the block or out of order",
                        index);
            }
            previous = transactionIndex;
            while (next <= transactionIndex) {
                firstLogs[next++] = index;
            }
        }
        while (next <= transactionCount) {
            firstLogs[next++] = count;
        }
        return null;
    }

    private int firstUnsupported(TransactionColumns transactions, int count) {
        for (int index = 0; index < count; index++) {
            int type = transactions.type.get(transactionRows[index]);
            if (type < 0 || type > Transaction.TYPE_MAX) {
                return index;
            }
        }
        return -1;
    }

    private @Nullable Mismatch checkTransactionsRoot(
            BlockColumns blocks, int blockRow, TransactionColumns transactions, int count) {
        trie.root(
                count,
                (index, to) -> {
                    if (!load(transactions, index)) {
                        return;
                    }
                    int mark = to.written();
                    transaction.encode(to);
                    checkTransaction(transactions, index, to, to.written() - mark);
                },
                root);
        return unreadable != null ? unreadable : compare("transactions root", blocks.transactionsRoot, blockRow);
    }

    /** What can be said of transactions beside those of other types. */
    private @Nullable Mismatch checkTransactionHashes(TransactionColumns transactions, int count) {
        for (int index = 0; index < count; index++) {
            int type = transactions.type.get(transactionRows[index]);
            if (type < 0 || type > Transaction.TYPE_MAX) {
                continue;
            }
            if (!load(transactions, index)) {
                return unreadable;
            }
            out.clear();
            transaction.encode(out);
            checkTransaction(transactions, index, out, out.written());
        }
        return finding;
    }

    private boolean load(TransactionColumns transactions, int index) {
        boolean numeric = transactions.load(transactionRows[index], transaction);
        TransactionField missing = transaction.missingField();
        if (numeric && missing == null) {
            return true;
        }
        damaged = true;
        if (unreadable == null || index < unreadable.index()) {
            String subject = "transaction " + index + ": ";
            unreadable = missing == null
                    ? Mismatch.of("value", subject + "value is no decimal number below 2^256", index)
                    : Mismatch.of("missing field", subject + "missing field " + missing.column(), index);
        }
        return false;
    }

    /** Hash and sender of the transaction that is loaded and stands encoded at the start of {@code encoded}. */
    private void checkTransaction(TransactionColumns transactions, int index, RlpWriter encoded, int length) {
        int row = transactionRows[index];
        keccak.hash(encoded.array(), encoded.start(), length, hash, 0);
        TableColumns.copy(transactions.hash, row, expectedHash, 0);
        if (!Arrays.equals(hash, expectedHash)) {
            var mismatch = Mismatch.of(
                    "transaction hash",
                    "hash of transaction " + index,
                    index,
                    TableColumns.hex(hash),
                    TableColumns.hex(expectedHash));
            if (transaction.hasAuthorizationOfChainZero()) {
                lossy = mismatch;
            } else {
                damaged = true;
                found(mismatch);
            }
            return;
        }
        if (recovery != null) {
            checkSender(recovery, transactions, index);
        }
    }

    private void checkSender(SenderRecovery recovery, TransactionColumns transactions, int index) {
        out.clear();
        transaction.encodeForSigning(out);
        keccak.hash(out.array(), out.start(), out.written(), hash, 0);
        boolean recovered = recovery.recover(
                hash,
                transaction.field(TransactionField.R).array(),
                transaction.field(TransactionField.S).array(),
                transaction.field(TransactionField.V_PARITY).array()[0] != 0,
                sender);
        TableColumns.copy(transactions.from, transactionRows[index], expectedSender, 0);
        if (!recovered || !Arrays.equals(sender, expectedSender)) {
            found(Mismatch.of(
                    "sender",
                    "sender of transaction " + index,
                    index,
                    recovered ? TableColumns.hex(sender) : "none",
                    TableColumns.hex(expectedSender)));
        }
    }

    /**
     * Fills in the cumulative gas of each receipt. The column holds a transaction's own gas; data restored from older deployments holds the
     * running total instead, which shows in the last row.
     */
    private void checkGas(BlockColumns blocks, int blockRow, TransactionColumns transactions, int count) {
        long expected = blocks.gasUsed.get(blockRow);
        long sum = 0;
        for (int index = 0; index < count; index++) {
            sum += transactions.gasUsed.get(transactionRows[index]);
            cumulativeGas[index] = sum;
        }
        if (sum == expected) {
            return;
        }
        if (count > 0 && transactions.gasUsed.get(transactionRows[count - 1]) == expected) {
            for (int index = 0; index < count; index++) {
                cumulativeGas[index] = transactions.gasUsed.get(transactionRows[index]);
            }
            return;
        }
        found(Mismatch.of(
                "gas used",
                "gas used by all transactions",
                -1,
                Long.toUnsignedString(sum),
                Long.toUnsignedString(expected)));
    }

    private @Nullable Mismatch checkReceiptsRoot(
            BlockColumns blocks, int blockRow, TransactionColumns transactions, int count, LogColumns logs) {
        bloom.clear();
        trie.root(
                count,
                (index, to) -> {
                    int row = transactionRows[index];
                    receipt.setType(transactions.type.get(row));
                    receipt.setStatus(transactions.status.get(row) != 0);
                    receipt.setCumulativeGas(cumulativeGas[index]);
                    TableColumns.load(transactions.stateRoot, row, receipt.stateRoot());
                    int first = firstLogs[index];
                    receipt.encode(firstLogs[index + 1] - first, (i, into) -> logs.load(logRows[first + i], into), to);
                    bloom.addAll(receipt.bloom());
                },
                root);
        return compare("receipts root", blocks.receiptRoot, blockRow);
    }

    private void collectBloom(LogColumns logs, int count) {
        bloom.clear();
        for (int index = 0; index < count; index++) {
            logs.load(logRows[index], log);
            Receipt.addTo(bloom, log, bits);
        }
    }

    private void checkBloom(BlockColumns blocks, int blockRow) {
        byte[] expected = blocks.logsBloom.get(blockRow);
        if (!Arrays.equals(bloom.bytes(), expected)) {
            found(Mismatch.of(
                    "logs bloom",
                    "bloom of all logs",
                    -1,
                    TableColumns.hex(bloom.bytes()),
                    TableColumns.hex(expected)));
        }
    }

    private @Nullable Mismatch compare(String what, FixedSizeBinaryVector expected, int blockRow) {
        TableColumns.copy(expected, blockRow, expectedHash, 0);
        return Arrays.equals(root, expectedHash)
                ? null
                : Mismatch.of(what, what + " mismatch", -1, TableColumns.hex(root), TableColumns.hex(expectedHash));
    }

    /** Columns that repeat what is proved elsewhere. */
    private void checkCopies(
            BlockColumns blocks,
            int blockRow,
            TransactionColumns transactions,
            int transactionCount,
            LogColumns logs,
            int logCount) {
        if (!blocks.hasWholeSeconds(blockRow)) {
            found(Mismatch.of("timestamp", "timestamp of the block is not in whole seconds", -1));
        }
        long number = blocks.blockNumber.get(blockRow);
        if (blocks.reservedBlockNumber.get(blockRow) != number) {
            found(copyDiffers("_block_num", "the block", -1));
        }
        for (int index = 0; index < transactionCount; index++) {
            int row = transactionRows[index];
            String wrong = wrongCopy(blocks, blockRow, transactions, row, transactions.blockHash);
            if (wrong != null) {
                found(copyDiffers(wrong, "transaction " + index, index));
            }
        }
        for (int index = 0; index < logCount; index++) {
            int row = logRows[index];
            String wrong = wrongCopy(blocks, blockRow, logs, row, logs.blockHash);
            if (wrong != null) {
                found(copyDiffers(wrong, "log " + index, index));
            }
            int transactionRow = transactionRows[logs.transactionIndex.get(row)];
            if (!TableColumns.equalHashes(logs.transactionHash, row, transactions.hash, transactionRow)) {
                found(copyDiffers("tx_hash", "log " + index, index));
            }
            if (logs.hasGapInTopics(row)) {
                found(Mismatch.of("topics", "log " + index + " has a topic after a NULL", index));
            }
        }
    }

    /** The column of a row that differs from the block's; null when none does. */
    private static @Nullable String wrongCopy(
            BlockColumns blocks, int blockRow, TableColumns table, int row, FixedSizeBinaryVector blockHash) {
        long number = blocks.blockNumber.get(blockRow);
        if (!TableColumns.equalHashes(blockHash, row, blocks.hash, blockRow)) {
            return "block_hash";
        }
        if (table.blockNumber.get(row) != number) {
            return "block_num";
        }
        if (table.reservedBlockNumber.get(row) != number) {
            return "_block_num";
        }
        return table.timestamp.get(row) == blocks.timestamp.get(blockRow) ? null : "timestamp";
    }

    private static Mismatch copyDiffers(String column, String owner, int index) {
        return Mismatch.of(column, column + " of " + owner + " is not that of what it belongs to", index);
    }
}
