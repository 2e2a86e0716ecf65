package io.amp.adapters.query.function;

import io.amp.adapters.query.plan.ScalarFunction;

/** Makes functions of the engine's own SQL for other packages. */
public final class Templates {
    private Templates() {}

    /** @param pattern {@code {0}} is the first argument, {@code {*}} all of them separated by commas */
    public static ScalarFunction of(String name, String pattern) {
        return new Template(name, pattern);
    }
}
