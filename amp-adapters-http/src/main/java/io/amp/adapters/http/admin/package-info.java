/**
 * The Admin API (port 1610; Admin API specification): register datasets, deploy them, operate jobs, providers and workers.
 *
 * <p>{@link io.amp.adapters.http.admin.AdminServer} owns the socket and lists the routes; each {@code …Routes} class serves one
 * resource: it reads path and body ({@code Inputs}), calls one inbound port and writes the answer. {@code AdminError} holds the codes
 * that exist only here; {@code ClientProfile} decides between spellings that different clients need. A new route: a method in the
 * resource's class and a line in its {@code register}.
 */
@NullMarked
package io.amp.adapters.http.admin;

import org.jspecify.annotations.NullMarked;
