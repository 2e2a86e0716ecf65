/**
 * What every other module tests with: twins, contracts, faults, fixtures and real servers.
 *
 * <p>Contents:
 * <ul>
 *     <li>in-memory twins of every port, kept honest by the contract suites;
 *     <li>contract suites ({@code …Contract}): abstract JUnit classes that each implementation of a port extends;
 *     <li>seeded faults ({@code Faulty…}): a call may fail before, fail after it took effect, be slow, or do a
 *       part;
 *     <li>virtual time, a deterministic scheduler and the simulated chain, all from one seed that a failure prints;
 *     <li>launchers of real servers on free ports: PostgreSQL, an S3 server, an Ethereum node.
 * </ul>
 *
 * <p>No mocks: a fake earns trust by passing the contract that the real one passes. This module is in main scope
 * for the sake of its users and never part of the distribution.
 */
@NullMarked
package io.amp.testkit;

import org.jspecify.annotations.NullMarked;
