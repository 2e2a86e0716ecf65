/**
 * Arrow Flight and Flight SQL (port 1602): statements in, Arrow batches out (query specification, sections 3 to 5).
 *
 * <p>{@link io.amp.adapters.flight.FlightSqlServer} owns the socket; {@code AmpFlightProducer} maps descriptors and tickets to statements;
 * {@code ResultSender} sends one result under back-pressure. Tickets and handles hold the whole statement ({@code StatementHandle}), so
 * servers keep no state.
 */
@NullMarked
package io.amp.adapters.flight;

import org.jspecify.annotations.NullMarked;
