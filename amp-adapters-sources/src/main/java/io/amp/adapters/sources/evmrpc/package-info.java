/**
 * The {@code evm-rpc} source: blocks, transactions, receipts and logs by Ethereum JSON-RPC, over HTTP, WebSocket or IPC.
 *
 * <p>Start with {@link io.amp.adapters.sources.evmrpc.EvmRpcConnector}: it reads a provider's keys ({@code EvmRpcSettings}), opens a
 * transport, checks the chain id and returns a source. The way of a block from there:
 *
 * <ol>
 *   <li>{@code OrderedBlockStream} keeps groups of blocks in flight, as many as the fetcher and a budget of bytes allow, and hands
 *       blocks out in order;
 *   <li>a {@code BlockFetcher} gets a group: {@code SingleFetcher} one block by two calls, {@code BatchFetcher} many blocks by batches; both
 *       look just far enough into a block ({@code BlockPeek}) to know whether to ask for receipts, and turn to receipts of single
 *       transactions when the node has no others ({@code ReceiptMode});
 *   <li>{@code RpcClient} makes the calls within the provider's limits, by an {@code RpcTransport}: {@code HttpTransport} or {@code
 *       DuplexTransport}, which also hears of new heads;
 *   <li>{@code BlockAssembler} has the answers decoded on the threads of the {@code DecoderPool}: {@code BlockDecoder} walks once over
 *       each answer where it lies and writes into columns ({@code HeaderDecoder}, {@code TransactionDecoder}, {@code ReceiptDecoder},
 *       {@code LogDecoder}), which become Arrow batches.
 * </ol>
 *
 * <p>What can be wrong has three forms inside the package: {@code RpcFailure} (no answer), {@code RpcErrorException} and {@code
 * MalformedJsonException} (a useless answer), {@code WrongDataException} (an answer that contradicts itself or the schema). {@code
 * ProviderErrors} makes the one form that leaves it. Nothing is retried here, except a batch found too large: retrying is the extraction
 * job's.
 */
@NullMarked
package io.amp.adapters.sources.evmrpc;

import org.jspecify.annotations.NullMarked;
