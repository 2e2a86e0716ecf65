/**
 * Command line: one small class for each command.
 *
 * <p>A command parses, builds its configuration, calls a port, and maps the outcome to an exit code: 0 finished, 1
 * failed, 2 wrong usage.
 */
@NullMarked
package io.amp.app.cli;

import org.jspecify.annotations.NullMarked;
