package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.MalformedJsonException;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.chain.SourceError;
import io.amp.ports.error.AmpException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures in the form that leaves this package: they name kind, provider, network, block and field, and never a URL or token. */
record ProviderErrors(String provider, NetworkId network) {

    AmpException of(RpcFailure failure, @Nullable Long block) {
        Map<String, Object> context = context(block);
        if (failure.retryAfter() != null) {
            context.put("retry_after_ms", failure.retryAfter().toMillis());
        }
        return new AmpException(failure.error(), prefix(block) + failure.getMessage(), failure, context);
    }

    AmpException of(WrongDataException wrong, @Nullable Long block) {
        SourceError error = switch (wrong.kind()) {
            case BAD -> SourceError.BAD_DATA;
            case FATAL -> SourceError.FATAL_DATA;
            case CHANGED -> SourceError.NOT_READY;
        };
        Map<String, Object> context = context(block);
        context.put("field", wrong.field());
        return new AmpException(error, prefix(block) + wrong.problem(), wrong, context);
    }

    AmpException of(MalformedJsonException malformed, @Nullable Long block) {
        return of(RpcClient.undecodable(malformed), block);
    }

    AmpException notFound(long block) {
        return new AmpException(
                SourceError.NOT_READY, prefix(null) + "block " + block + " not found", null, context(block));
    }

    AmpException closed() {
        return new AmpException(SourceError.UNREACHABLE, prefix(null) + "the stream is closed");
    }

    AmpException wrongChain(String served, long expected) {
        return new AmpException(
                SourceError.WRONG_CHAIN,
                "evm-rpc provider " + provider + " serves chain " + served + ", network " + network + " is chain "
                        + expected);
    }

    private String prefix(@Nullable Long block) {
        return "evm-rpc provider '" + provider + "' of network '" + network + "'"
                + (block == null ? "" : ", block " + block) + ": ";
    }

    private static Map<String, Object> context(@Nullable Long block) {
        Map<String, Object> context = new HashMap<>();
        if (block != null) {
            context.put("block", block);
        }
        return context;
    }
}
