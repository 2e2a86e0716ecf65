package io.amp.adapters.sources.evmrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.ChainSource;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.ChainSourceContract;
import io.amp.testkit.chain.NodeFault;
import io.amp.testkit.chain.ScriptedNode;
import java.net.URI;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Nested;

/** The contract of sources over every transport and way of fetching. */
class EvmRpcChainSourceTest {
    abstract static class Contract extends ChainSourceContract {
        private ScriptedNode node;

        @Override
        protected ChainSource connect(BlockTree tree, BufferAllocator allocator) throws Exception {
            node = new ScriptedNode(tree, 31_337);
            closeLater(node);
            prepare(node);
            ChainSource source = EvmRpcSources.connect(NETWORK, url(node), keys(), allocator);
            assertThat(source.chainId()).hasValue(31_337);
            if (pushesHeads()) {
                while (node.server().subscriberCount() == 0) {
                    Thread.onSpinWait();
                }
            }
            return source;
        }

        void prepare(ScriptedNode node) {}

        Map<String, Object> keys() {
            return Map.of();
        }

        URI url(ScriptedNode node) {
            return node.server().httpUrl();
        }

        @Override
        protected boolean pushesHeads() {
            return false;
        }
    }

    @Nested
    class Http extends Contract {}

    @Nested
    class HttpOneBlockAtATime extends Contract {
        @Override
        Map<String, Object> keys() {
            return Map.of("concurrent_request_limit", 1L);
        }
    }

    @Nested
    class HttpInBatches extends Contract {
        @Override
        Map<String, Object> keys() {
            return Map.of("rpc_batch_size", 3L);
        }
    }

    @Nested
    class HttpWithoutBlockReceipts extends Contract {
        @Override
        void prepare(ScriptedNode node) {
            node.always("eth_getBlockReceipts", NodeFault.methodNotFound());
        }
    }

    @Nested
    class HttpInBatchesPerTransaction extends Contract {
        @Override
        Map<String, Object> keys() {
            return Map.of("rpc_batch_size", 4L, "fetch_receipts_per_tx", true);
        }
    }

    @Nested
    class HttpCompressedInChunksResultFirst extends Contract {
        @Override
        void prepare(ScriptedNode node) {
            node.server().compress(true);
            node.server().chunk(true);
            node.resultFirst(true);
        }
    }

    @Nested
    class WebSocket extends Contract {
        @Override
        URI url(ScriptedNode node) {
            return node.server().webSocketUrl();
        }

        @Override
        protected boolean pushesHeads() {
            return true;
        }
    }

    @Nested
    class WebSocketInBatchesResultFirst extends WebSocket {
        @Override
        Map<String, Object> keys() {
            return Map.of("rpc_batch_size", 5L);
        }

        @Override
        void prepare(ScriptedNode node) {
            node.resultFirst(true);
        }
    }

    @Nested
    class Ipc extends Contract {
        @Override
        URI url(ScriptedNode node) {
            return node.server().ipcUrl();
        }

        @Override
        protected boolean pushesHeads() {
            return true;
        }
    }
}
