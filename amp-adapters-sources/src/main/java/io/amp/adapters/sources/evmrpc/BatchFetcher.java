package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.error.AmpException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Groups of blocks: all their block calls in batches, then all their receipt calls in batches (sources specification, section 5.5, batch
 * mode). The next group is fetched while one is read. Blocks before the first one that failed are kept, so a stream comes as far as it
 * can.
 */
final class BatchFetcher implements BlockFetcher {
    private static final int BATCHES_PER_GROUP = 10;
    private static final int GROUPS_AT_ONCE = 2;

    private final RpcClient client;
    private final ReceiptMode receiptMode;
    private final BlockAssembler assembler;
    private final FetchBudget budget;
    private final FetchBudget.BlockSize blockSize;
    private final int groupSizeMax;

    BatchFetcher(
            RpcClient client,
            ReceiptMode receiptMode,
            BlockAssembler assembler,
            FetchBudget budget,
            FetchBudget.BlockSize blockSize,
            int batchSize) {
        this.client = client;
        this.receiptMode = receiptMode;
        this.assembler = assembler;
        this.budget = budget;
        this.blockSize = blockSize;
        this.groupSizeMax = BATCHES_PER_GROUP * batchSize;
    }

    @Override
    public int groupSize() {
        return Math.max(1, budget.blocks(blockSize.expected(), GROUPS_AT_ONCE * groupSizeMax) / GROUPS_AT_ONCE);
    }

    @Override
    public int groupsAtOnce() {
        return GROUPS_AT_ONCE;
    }

    /** One block of the group. */
    private record Part(long number, RpcResult block, boolean hasTransactions, List<RpcResult> receipts) {}

    /** The group while it is fetched: its blocks up to the first that failed, and why. */
    private static final class Group {
        private final List<RpcClient.Answers> received = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        private @Nullable AmpException failure;

        void failAt(int index, AmpException reason) {
            parts.subList(index, parts.size()).clear();
            failure = reason;
        }
    }

    @Override
    public Fetched fetch(BlockInterval blocks) throws InterruptedException {
        Group group = new Group();
        try {
            fetchBlocks(blocks, group);
            List<Part> filled =
                    group.parts.stream().filter(Part::hasTransactions).toList();
            if (!filled.isEmpty() && (receiptMode.perTransaction() || !fetchBlockReceipts(filled, group))) {
                fetchTransactionReceipts(group);
            }
            long bytes =
                    group.received.stream().mapToLong(RpcClient.Answers::bytes).sum();
            blockSize.met(bytes / blocks.length());
            return assemble(group);
        } catch (RpcFailure e) {
            return new Fetched(List.of(), assembler.errors().of(e, blocks.start()));
        } finally {
            group.received.forEach(RpcClient.Answers::close);
        }
    }

    private void fetchBlocks(BlockInterval blocks, Group group) throws RpcFailure, InterruptedException {
        List<Long> numbers =
                LongStream.rangeClosed(blocks.start(), blocks.end()).boxed().toList();
        RpcClient.Answers answers =
                client.batches(numbers.stream().map(EthCalls::block).toList());
        group.received.add(answers);
        JsonCursor cursor = new JsonCursor();
        for (int i = 0; i < numbers.size(); i++) {
            long number = numbers.get(i);
            RpcResult block = answers.results().get(i);
            try {
                if (!block.openBlock(cursor)) {
                    group.failure = assembler.errors().notFound(number);
                    return;
                }
                group.parts.add(new Part(number, block, BlockPeek.hasTransactions(cursor), new ArrayList<>()));
            } catch (RpcErrorException | MalformedJsonException | WrongDataException e) {
                group.failure = assembler.failure(e, number);
                return;
            }
        }
    }

    /** False when the node does not have the method. */
    private boolean fetchBlockReceipts(List<Part> filled, Group group) throws RpcFailure, InterruptedException {
        RpcClient.Answers answers = client.batches(
                filled.stream().map(part -> EthCalls.blockReceipts(part.number)).toList());
        group.received.add(answers);
        JsonCursor cursor = new JsonCursor();
        for (int i = 0; i < filled.size(); i++) {
            Part part = filled.get(i);
            try {
                answers.results().get(i).open(cursor);
                part.receipts.add(answers.results().get(i));
            } catch (RpcErrorException e) {
                if (e.methodUnknown()) {
                    receiptMode.blockReceiptsUnknown();
                    filled.forEach(any -> any.receipts.clear());
                    return false;
                }
                group.failAt(group.parts.indexOf(part), assembler.failure(e, part.number));
                return true;
            }
        }
        return true;
    }

    private void fetchTransactionReceipts(Group group) throws RpcFailure, InterruptedException {
        List<RpcRequest.Call> calls = new ArrayList<>();
        List<Part> owners = new ArrayList<>();
        JsonCursor cursor = new JsonCursor();
        for (int i = 0; i < group.parts.size(); i++) {
            Part part = group.parts.get(i);
            try {
                part.block.open(cursor);
                for (String hash : BlockPeek.transactionHashes(cursor)) {
                    calls.add(EthCalls.receipt(hash));
                    owners.add(part);
                }
            } catch (MalformedJsonException | WrongDataException e) {
                group.failAt(i, assembler.failure(e, part.number));
            }
        }
        if (calls.isEmpty()) {
            return;
        }
        RpcClient.Answers answers = client.batches(calls);
        group.received.add(answers);
        for (int i = 0; i < owners.size(); i++) {
            owners.get(i).receipts.add(answers.results().get(i));
        }
    }

    private Fetched assemble(Group group) throws InterruptedException, RpcFailure {
        if (group.parts.isEmpty()) {
            return new Fetched(List.of(), group.failure);
        }
        List<Fetched> all =
                Parallel.map(group.parts, this::assemble, part -> part.rows().forEach(BlockRows::close));
        List<BlockRows> rows = new ArrayList<>(all.size());
        AmpException failure = null;
        for (Fetched part : all) {
            if (failure != null) {
                part.rows().forEach(BlockRows::close);
            } else if (part.failure() != null) {
                failure = part.failure();
            } else {
                rows.addAll(part.rows());
            }
        }
        return new Fetched(rows, failure != null ? failure : group.failure);
    }

    private Fetched assemble(Part part) throws InterruptedException {
        try {
            return new Fetched(List.of(assembler.assemble(part.number, part.block, part.receipts)), null);
        } catch (AmpException e) {
            return new Fetched(List.of(), e);
        }
    }
}
