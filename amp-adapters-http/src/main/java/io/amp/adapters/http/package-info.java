/**
 * HTTP in front of the inbound ports: the Admin API, JSON Lines queries, health and metrics.
 *
 * <p>A route parses, calls one port, and maps the outcome to a status and a body; it holds no rule of its own. Wire
 * records live here and are not the domain's. JSON Lines are written as batches arrive, under back-pressure of the
 * socket.
 */
@NullMarked
package io.amp.adapters.http;

import org.jspecify.annotations.NullMarked;
