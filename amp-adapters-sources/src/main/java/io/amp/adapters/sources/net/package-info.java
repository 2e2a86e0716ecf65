/**
 * Connections to nodes: HTTP/1.1 and WebSocket over TCP or TLS, and Unix sockets, for virtual threads that block. An answer lands in one
 * reusable array, ready to be decoded where it lies.
 */
@NullMarked
package io.amp.adapters.sources.net;

import org.jspecify.annotations.NullMarked;
