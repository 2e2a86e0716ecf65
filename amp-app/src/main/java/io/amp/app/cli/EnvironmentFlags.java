package io.amp.app.cli;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Options that take no value and may also be set in the environment (command-line specification, section 1.5). */
final class EnvironmentFlags {
    private EnvironmentFlags() {}

    /** True when the option was given or the first variable that is set says so. */
    static boolean isSet(boolean option, CommandLine command, Map<String, String> environment, String... variables) {
        if (option) {
            return true;
        }
        for (String variable : variables) {
            String value = environment.get(variable);
            if (value != null) {
                return read(variable, value, command);
            }
        }
        return false;
    }

    private static boolean read(String variable, String value, CommandLine command) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off", "" -> false;
            default -> throw new ParameterException(command, variable + " must be true or false, not '" + value + "'");
        };
    }
}
