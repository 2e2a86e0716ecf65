/**
 * The {@code evm-rpc} source: blocks, transactions, receipts and logs by Ethereum JSON-RPC, over HTTP, WebSocket or
 * IPC.
 *
 * <p>Requests are batched within limits that the node announces by refusing; the receipts of a block are taken
 * whole where the node allows it, else one by one. Numbers are parsed straight from the response bytes.
 */
@NullMarked
package io.amp.adapters.sources.evmrpc;

import org.jspecify.annotations.NullMarked;
