/** The Admin API over its socket, in front of the real use cases and in-memory twins of database and stores. */
@org.jspecify.annotations.NullMarked
package io.amp.app.admin;
