/**
 * The programs {@code ampd} and {@code ampctl}: wiring, configuration, commands.
 *
 * <p>The only module that knows every other. It reads the configuration, makes the one root allocator, binds
 * adapters to ports, and hands over to the core. {@code io.amp.app.cli} holds the commands, {@code
 * io.amp.app.config} the configuration.
 */
@NullMarked
package io.amp.app;

import org.jspecify.annotations.NullMarked;
