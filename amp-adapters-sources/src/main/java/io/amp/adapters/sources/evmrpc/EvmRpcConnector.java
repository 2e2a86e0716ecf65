package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.json.Quantity;
import io.amp.adapters.sources.net.BodyPool;
import io.amp.adapters.sources.net.IpcChannel;
import io.amp.adapters.sources.net.RequestLimits;
import io.amp.adapters.sources.net.WebSocketChannel;
import io.amp.ports.chain.ChainConnector;
import io.amp.ports.chain.ChainSource;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.provider.ProviderConfig;
import io.amp.ports.runtime.Clock;
import io.amp.ports.runtime.Metrics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to EVM nodes. One per process: limits of requests are shared by all sources of the same provider, and decoding threads, buffers
 * and the budget of bytes in flight by all sources.
 */
public final class EvmRpcConnector implements ChainConnector {
    private static final Logger LOG = LoggerFactory.getLogger(EvmRpcConnector.class);
    private static final String KIND = "evm-rpc";
    /** Nobody else waits on a connection that is being checked, so this collides with no call. */
    private static final long RECONNECT_ID = Long.MAX_VALUE;

    private final BufferAllocator allocator;
    private final Clock clock;
    private final Metrics metrics;
    private final FetchBudget budget;
    private final BodyPool bodies;
    private final DecoderPool decoders;
    private final Map<LimitKey, SharedLimits> limits = new HashMap<>();

    /** Limits with the same numbers under the same provider name are the same. */
    private record LimitKey(String provider, @Nullable Long perMinute, int atOnce) {}

    private static final class SharedLimits {
        private final RequestLimits limits;
        private int users;

        SharedLimits(RequestLimits limits) {
            this.limits = limits;
        }
    }

    /** @param allocator of the rows handed out; stays the caller's */
    public EvmRpcConnector(BufferAllocator allocator, Clock clock, Metrics metrics) {
        this.allocator = allocator;
        this.clock = clock;
        this.metrics = metrics;
        this.budget = FetchBudget.ofHeap();
        this.bodies = new BodyPool(Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 8));
        this.decoders = new DecoderPool(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ChainSource connect(ProviderConfig provider, RawManifest dataset) throws InterruptedException {
        EvmRpcSettings settings = EvmRpcSettings.of(provider);
        new BlockDecoder().checkSchemas(dataset.tables());
        NetworkId network = dataset.network();
        ProviderErrors errors = new ProviderErrors(provider.name(), network);
        RpcMetrics rpcMetrics = new RpcMetrics(metrics, provider.name(), network);
        LimitKey limitKey = new LimitKey(provider.name(), settings.requestsPerMinute(), settings.requestsAtOnce());
        RpcTransport transport = transport(settings);
        RpcClient client = new RpcClient(transport, shareLimits(limitKey), rpcMetrics, settings);
        try {
            Long expected = settings.chainId() != null ? settings.chainId() : ChainIds.of(network);
            Long served = checkChain(client, expected, errors);
            if (transport instanceof DuplexTransport duplex) {
                Long known = expected != null ? expected : served;
                duplex.checkReconnects(connection -> checkReconnect(connection, known, errors));
            }
            ReceiptMode receiptMode = new ReceiptMode(provider.name(), settings.receiptsPerTransaction());
            BlockAssembler assembler =
                    new BlockAssembler(decoders, network, dataset.tables(), allocator, client, rpcMetrics, errors);
            FetchBudget.BlockSize blockSize = new FetchBudget.BlockSize();
            BlockFetcher fetcher = settings.batchSize() > 1
                    ? new BatchFetcher(client, receiptMode, assembler, budget, blockSize, settings.batchSize())
                    : new SingleFetcher(client, receiptMode, assembler, budget, blockSize, settings.requestsAtOnce());
            return new EvmRpcChainSource(
                    provider.name(), client, fetcher, budget, errors, served, () -> releaseLimits(limitKey));
        } catch (RuntimeException | Error | InterruptedException e) {
            client.close();
            releaseLimits(limitKey);
            throw e;
        }
    }

    private RpcTransport transport(EvmRpcSettings settings) {
        return switch (settings.url().getScheme().toLowerCase(Locale.ROOT)) {
            case "ws", "wss" ->
                new DuplexTransport(
                        settings,
                        () -> WebSocketChannel.connect(settings.url(), settings.headers(), settings.timeout(), bodies),
                        clock);
            case "ipc" ->
                new DuplexTransport(
                        settings,
                        () -> IpcChannel.connect(Path.of(settings.url().getPath()), bodies),
                        clock);
            default -> new HttpTransport(settings, bodies, clock);
        };
    }

    /** The id the node answers; null when it does not know the question. */
    private static @Nullable Long checkChain(RpcClient client, @Nullable Long expected, ProviderErrors errors)
            throws InterruptedException {
        try (var body = client.call(EthCalls.CHAIN_ID).body()) {
            Quantity served = chainId(new RpcResult(body));
            if (expected != null && !(served.fitsLong() && served.low() == expected)) {
                throw errors.wrongChain(served.toString(), expected);
            }
            return served.fitsLong() ? (Long) served.low() : null;
        } catch (RpcFailure e) {
            throw errors.of(e, null);
        } catch (MalformedJsonException e) {
            throw errors.of(e, null);
        } catch (WrongDataException e) {
            throw errors.of(e, null);
        } catch (RpcErrorException e) {
            if (!e.methodUnknown()) {
                throw errors.of(client.failure(e), null);
            }
            LOG.warn("evm-rpc provider '{}' has no eth_chainId: its chain is not checked", errors.provider());
            return null;
        }
    }

    private static void checkReconnect(DuplexTransport.Exchange connection, @Nullable Long known, ProviderErrors errors)
            throws RpcFailure, InterruptedException {
        if (known == null) {
            return;
        }
        try (var body = connection.exchange(RpcRequest.single(RECONNECT_ID, EthCalls.CHAIN_ID))) {
            Quantity served = chainId(new RpcResult(body));
            if (!served.fitsLong() || served.low() != known) {
                String message = errors.wrongChain(served.toString(), known).getMessage();
                throw new RpcFailure(SourceError.WRONG_CHAIN, String.valueOf(message), null);
            }
        } catch (MalformedJsonException e) {
            throw RpcClient.undecodable(e);
        } catch (WrongDataException e) {
            throw new RpcFailure(SourceError.BAD_DATA, e.problem(), e);
        } catch (RpcErrorException e) {
            throw new RpcFailure(SourceError.UNREACHABLE, "JSON-RPC error " + e.code() + " to eth_chainId", e);
        }
    }

    private static Quantity chainId(RpcResult result) {
        JsonCursor cursor = new JsonCursor();
        Quantity id = new Quantity();
        if (!result.open(cursor)) {
            throw WrongDataException.missing("result of eth_chainId");
        }
        if (!cursor.quantity(id)) {
            throw WrongDataException.bad("result of eth_chainId", "not a number");
        }
        result.finish(cursor);
        return id;
    }

    private RequestLimits shareLimits(LimitKey key) {
        synchronized (limits) {
            SharedLimits shared = limits.computeIfAbsent(
                    key, k -> new SharedLimits(new RequestLimits(k.perMinute(), k.atOnce(), clock)));
            shared.users++;
            return shared.limits;
        }
    }

    private void releaseLimits(LimitKey key) {
        synchronized (limits) {
            SharedLimits shared = limits.get(key);
            if (shared != null && --shared.users == 0) {
                limits.remove(key);
            }
        }
    }
}
