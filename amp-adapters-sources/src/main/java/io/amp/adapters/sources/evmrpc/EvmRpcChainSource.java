package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.adapters.sources.json.Quantity;
import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockLink;
import io.amp.ports.chain.BlockStream;
import io.amp.ports.chain.ChainSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A connected EVM node. */
final class EvmRpcChainSource implements ChainSource {
    private static final FieldNames LINK_FIELDS = FieldNames.of("number", "hash", "parentHash", "timestamp");

    private final String provider;
    private final RpcClient client;
    private final BlockFetcher fetcher;
    private final FetchBudget budget;
    private final ProviderErrors errors;
    private final @Nullable Long chainId;
    private final Runnable onClose;
    private final Set<BlockStream> streams = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /**
     * A source whose node has been checked.
     *
     * @param chainId what the node answered; null when it does not say
     * @param onClose run once
     */
    EvmRpcChainSource(
            String provider,
            RpcClient client,
            BlockFetcher fetcher,
            FetchBudget budget,
            ProviderErrors errors,
            @Nullable Long chainId,
            Runnable onClose) {
        this.provider = provider;
        this.client = client;
        this.fetcher = fetcher;
        this.budget = budget;
        this.errors = errors;
        this.chainId = chainId;
        this.onClose = onClose;
    }

    @Override
    public String providerName() {
        return provider;
    }

    @Override
    public OptionalLong chainId() {
        return chainId == null ? OptionalLong.empty() : OptionalLong.of(chainId);
    }

    @Override
    public BlockStream stream(BlockInterval numbers) {
        budget.streamOpened();
        OrderedBlockStream stream = new OrderedBlockStream(numbers, fetcher, errors, closing -> {
            budget.streamClosed();
            streams.remove(closing);
        });
        streams.add(stream);
        return stream;
    }

    @Override
    public OptionalLong latestBlock(boolean finalizedOnly) throws InterruptedException {
        return link(finalizedOnly ? EthCalls.FINALIZED : EthCalls.LATEST, null)
                .map(link -> OptionalLong.of(link.number()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Optional<BlockLink> header(long number) throws InterruptedException {
        Optional<BlockLink> link = link(EthCalls.header(number), number);
        link.ifPresent(found -> {
            if (found.number() != number) {
                throw errors.of(WrongDataException.bad("number", "block " + found.number() + " instead"), number);
            }
        });
        return link;
    }

    @Override
    public void awaitHead(Duration atMost) throws InterruptedException {
        client.transport().awaitHead(atMost);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        streams.forEach(BlockStream::close);
        client.close();
        onClose.run();
    }

    private Optional<BlockLink> link(RpcRequest.Call call, @Nullable Long block) throws InterruptedException {
        RpcResult result;
        try {
            result = client.call(call);
        } catch (RpcFailure e) {
            throw errors.of(e, block);
        } catch (RpcErrorException e) {
            throw errors.of(client.failure(e), block);
        }
        try {
            JsonCursor cursor = new JsonCursor();
            // Some nodes answer with an error, instead of null, as long as nothing is final.
            if (!result.openBlock(cursor)) {
                return Optional.empty();
            }
            BlockLink link = readLink(cursor);
            result.finish(cursor);
            return Optional.of(link);
        } catch (RpcErrorException e) {
            throw errors.of(client.failure(e), block);
        } catch (MalformedJsonException e) {
            throw errors.of(e, block);
        } catch (WrongDataException e) {
            throw errors.of(e, block);
        } finally {
            result.body().close();
        }
    }

    private static BlockLink readLink(JsonCursor cursor) {
        if (!cursor.isObject()) {
            throw WrongDataException.bad("result", "not a block object");
        }
        ValueReader values = new ValueReader(cursor);
        Quantity number = new Quantity();
        Quantity timestamp = new Quantity();
        byte[] hash = new byte[BlockHash.BYTES];
        byte[] parentHash = new byte[BlockHash.BYTES];
        int seen = 0;
        cursor.enterObject();
        for (int field = cursor.nextField(LINK_FIELDS);
                field != JsonCursor.END;
                field = cursor.nextField(LINK_FIELDS)) {
            boolean present = switch (field) {
                case 0 -> values.quantity(number, "number");
                case 1 -> values.fixed(hash, "hash");
                case 2 -> values.fixed(parentHash, "parentHash");
                case 3 -> values.quantity(timestamp, "timestamp");
                default -> {
                    cursor.skipValue();
                    yield false;
                }
            };
            if (present) {
                seen |= 1 << field;
            }
        }
        String[] names = {"number", "hash", "parentHash", "timestamp"};
        for (int field = 0; field < names.length; field++) {
            if ((seen & 1 << field) == 0) {
                throw WrongDataException.missing(names[field]);
            }
        }
        if (!number.fitsLong() || !timestamp.fitsLong()) {
            throw WrongDataException.bad("number", "more than 63 bits");
        }
        return new BlockLink(
                number.low(),
                BlockHash.of(hash),
                number.isZero() ? BlockHash.ZERO : BlockHash.of(parentHash),
                timestamp.low());
    }
}
