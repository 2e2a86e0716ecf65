package io.amp.adapters.sources.evmrpc;

/** The methods used (sources specification, section 5.3). */
final class EthCalls {
    static final RpcRequest.Call CHAIN_ID = new RpcRequest.Call("eth_chainId", "[]");
    static final RpcRequest.Call LATEST = new RpcRequest.Call("eth_getBlockByNumber", "[\"latest\",false]");
    static final RpcRequest.Call FINALIZED = new RpcRequest.Call("eth_getBlockByNumber", "[\"finalized\",false]");

    private EthCalls() {}

    static RpcRequest.Call block(long number) {
        return new RpcRequest.Call("eth_getBlockByNumber", "[\"0x" + Long.toHexString(number) + "\",true]");
    }

    static RpcRequest.Call header(long number) {
        return new RpcRequest.Call("eth_getBlockByNumber", "[\"0x" + Long.toHexString(number) + "\",false]");
    }

    static RpcRequest.Call blockReceipts(long number) {
        return new RpcRequest.Call("eth_getBlockReceipts", "[\"0x" + Long.toHexString(number) + "\"]");
    }

    /** @param hash as the node wrote it: {@code 0x} and hex digits */
    static RpcRequest.Call receipt(String hash) {
        return new RpcRequest.Call("eth_getTransactionReceipt", "[\"" + hash + "\"]");
    }
}
