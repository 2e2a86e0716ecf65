package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.ports.chain.BlockRows;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.TableDefinition;
import io.amp.ports.error.AmpException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** Turns the answers of one block into rows on the decoding threads, and counts what the specification wants counted. Thread-safe. */
final class BlockAssembler {
    private final DecoderPool pool;
    private final NetworkId network;
    private final Map<String, TableDefinition> tables;
    private final BufferAllocator allocator;
    private final RpcClient client;
    private final RpcMetrics metrics;
    private final ProviderErrors errors;

    BlockAssembler(
            DecoderPool pool,
            NetworkId network,
            Map<String, TableDefinition> tables,
            BufferAllocator allocator,
            RpcClient client,
            RpcMetrics metrics,
            ProviderErrors errors) {
        this.pool = pool;
        this.network = network;
        this.tables = tables;
        this.allocator = allocator;
        this.client = client;
        this.metrics = metrics;
        this.errors = errors;
    }

    ProviderErrors errors() {
        return errors;
    }

    /** @throws io.amp.ports.error.AmpException what is wrong with the block's data */
    BlockRows assemble(long number, RpcResult block, List<RpcResult> receipts) throws InterruptedException {
        try {
            BlockDecoder.Decoded decoded =
                    pool.run(decoder -> decoder.decode(number, network, block, receipts, tables, allocator));
            metrics.oversized(decoded.oversized());
            metrics.receiptsIgnored(decoded.ignoredReceipts());
            return decoded.rows();
        } catch (RpcErrorException | MalformedJsonException | WrongDataException e) {
            throw failure(e, number);
        }
    }

    /** The failure to report for what reading an answer threw. */
    AmpException failure(RuntimeException unreadable, long number) {
        return switch (unreadable) {
            case RpcErrorException error -> errors.of(client.failure(error), number);
            case MalformedJsonException malformed -> errors.of(malformed, number);
            case WrongDataException wrong -> errors.of(wrong, number);
            default -> throw unreadable;
        };
    }
}
