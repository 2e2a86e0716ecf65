package io.amp.core.dataset;

import java.util.regex.Pattern;

/** Rules for the names inside a manifest (datasets specification, section 1.1). */
public final class Identifiers {
    private static final Pattern TABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,62}");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,254}");

    private Identifiers() {}

    public static boolean isTable(String name) {
        return TABLE.matcher(name).matches();
    }

    /** The word {@code self} is taken: it names the dataset being defined. */
    static boolean isAlias(String name) {
        return ALIAS.matcher(name).matches() && !name.equals("self");
    }

    static boolean isFunction(String name) {
        return FUNCTION.matcher(name).matches();
    }
}
