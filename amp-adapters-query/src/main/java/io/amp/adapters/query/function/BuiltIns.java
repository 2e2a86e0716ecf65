package io.amp.adapters.query.function;

import java.util.function.BiConsumer;

/** The general SQL functions. */
public final class BuiltIns {
    private BuiltIns() {}

    public static void register(
            BiConsumer<String, ScalarBuilder> scalars,
            BiConsumer<String, AggregateBuilder> aggregates,
            BiConsumer<String, AggregateBuilder> windowFunctions) {
        NumberFunctions.register(scalars);
        TextFunctions.register(scalars);
        BinaryFunctions.register(scalars);
        TimeFunctions.register(scalars);
        ListFunctions.register(scalars);
        StructFunctions.register(scalars);
        ConditionalFunctions.register(scalars);
        TypeFunctions.register(scalars);
        AggregateFunctions.register(aggregates);
        WindowFunctions.register(windowFunctions);
    }
}
