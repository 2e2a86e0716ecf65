/**
 * What can go wrong, in one shape. Every failure that crosses a port is an {@link io.amp.ports.error.AmpException} with an
 * {@link io.amp.ports.error.ErrorCode}; each feature has one enum of codes. A code's {@link io.amp.ports.error.ErrorCategory}
 * says how a server answers (HTTP status, gRPC status), who is to blame and whether trying again can help. Adapters translate
 * foreign errors (SQLSTATE, HTTP status, gRPC status) into codes at their edge; nobody classifies by message text.
 */
@NullMarked
package io.amp.ports.error;

import org.jspecify.annotations.NullMarked;
