/**
 * A real PostgreSQL server for tests: one per test process, started when first needed, with a fresh database for whoever asks. It runs as
 * root too, offline, and needs nothing installed.
 */
@NullMarked
package io.amp.testkit.postgres;

import org.jspecify.annotations.NullMarked;
