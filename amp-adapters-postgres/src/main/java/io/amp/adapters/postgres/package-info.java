/**
 * The metadata and job stores on PostgreSQL, the change feed by LISTEN/NOTIFY, the migrations, and the embedded
 * server of dev mode.
 *
 * <p>Each port method is one transaction on one connection. A commit checks the assignment epoch of its writer in
 * the same statement that writes. SQLSTATE decides how a failure is reported: whether nothing was tried, or the
 * outcome is unknown; message text is never read. Applied migrations are never changed, and a changed one stops the
 * start.
 */
@NullMarked
package io.amp.adapters.postgres;

import org.jspecify.annotations.NullMarked;
