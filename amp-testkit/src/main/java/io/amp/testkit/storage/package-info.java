/**
 * Object stores and segment files for tests: in-memory twins, a wrapper that injects seeded faults, contract suites that twins and real
 * adapters both pass, and an S3-compatible server inside the test process.
 */
@NullMarked
package io.amp.testkit.storage;

import org.jspecify.annotations.NullMarked;
