/**
 * How Amp reaches a PostgreSQL server: addresses in libpq's form, Unix-domain sockets, TCP keepalive, what a failure means and whether
 * to try again, and the pool in which each port method finds one connection for its one transaction.
 */
@NullMarked
package io.amp.adapters.postgres.connection;

import org.jspecify.annotations.NullMarked;
