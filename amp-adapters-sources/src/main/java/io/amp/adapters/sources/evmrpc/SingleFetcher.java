package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.error.AmpException;
import java.util.ArrayList;
import java.util.List;

/** One block at a time: the block call, then its receipts (sources specification, section 5.5, single mode). */
final class SingleFetcher implements BlockFetcher {
    private static final int BLOCKS_AT_ONCE_MAX = 64;

    private final RpcClient client;
    private final ReceiptMode receiptMode;
    private final BlockAssembler assembler;
    private final FetchBudget budget;
    private final FetchBudget.BlockSize blockSize;
    private final int blocksAtOnceMax;

    SingleFetcher(
            RpcClient client,
            ReceiptMode receiptMode,
            BlockAssembler assembler,
            FetchBudget budget,
            FetchBudget.BlockSize blockSize,
            int requestsAtOnce) {
        this.client = client;
        this.receiptMode = receiptMode;
        this.assembler = assembler;
        this.budget = budget;
        this.blockSize = blockSize;
        this.blocksAtOnceMax = Math.min(BLOCKS_AT_ONCE_MAX, requestsAtOnce);
    }

    @Override
    public int groupSize() {
        return 1;
    }

    @Override
    public int groupsAtOnce() {
        return budget.blocks(blockSize.expected(), blocksAtOnceMax);
    }

    @Override
    public Fetched fetch(BlockInterval blocks) throws InterruptedException {
        long number = blocks.start();
        List<RpcResult> received = new ArrayList<>();
        try {
            RpcResult block = client.call(EthCalls.block(number));
            received.add(block);
            List<RpcResult> receipts = receipts(number, block, received);
            long bytes = 0;
            for (RpcResult result : received) {
                bytes += result.body().capacity();
            }
            blockSize.met(bytes);
            return new Fetched(List.of(assembler.assemble(number, block, receipts)), null);
        } catch (AmpException e) {
            return new Fetched(List.of(), e);
        } catch (RpcFailure e) {
            return new Fetched(List.of(), assembler.errors().of(e, number));
        } catch (RpcErrorException | MalformedJsonException | WrongDataException e) {
            return new Fetched(List.of(), assembler.failure(e, number));
        } finally {
            received.forEach(result -> result.body().close());
        }
    }

    private List<RpcResult> receipts(long number, RpcResult block, List<RpcResult> received)
            throws RpcFailure, InterruptedException {
        JsonCursor cursor = new JsonCursor();
        if (!block.openBlock(cursor)) {
            throw assembler.errors().notFound(number);
        }
        if (!BlockPeek.hasTransactions(cursor)) {
            return List.of();
        }
        if (!receiptMode.perTransaction()) {
            try {
                RpcResult receipts = client.call(EthCalls.blockReceipts(number));
                received.add(receipts);
                receipts.open(cursor);
                return List.of(receipts);
            } catch (RpcErrorException e) {
                if (!e.methodUnknown()) {
                    throw e;
                }
                receiptMode.blockReceiptsUnknown();
            }
        }
        block.open(cursor);
        List<RpcRequest.Call> calls = BlockPeek.transactionHashes(cursor).stream()
                .map(EthCalls::receipt)
                .toList();
        List<RpcResult> receipts =
                Parallel.map(calls, client::call, result -> result.body().close());
        received.addAll(receipts);
        return receipts;
    }
}
