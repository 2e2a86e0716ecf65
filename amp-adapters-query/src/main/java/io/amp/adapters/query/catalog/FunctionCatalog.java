package io.amp.adapters.query.catalog;

import io.amp.adapters.query.attest.AttestationFunctions;
import io.amp.adapters.query.evm.EvmFunctions;
import io.amp.adapters.query.function.AggregateBuilder;
import io.amp.adapters.query.function.BuiltIns;
import io.amp.adapters.query.function.ScalarBuilder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every built-in function by name. */
public final class FunctionCatalog {
    private static final FunctionCatalog INSTANCE = new FunctionCatalog();

    private final Map<String, ScalarBuilder> scalars = new HashMap<>();
    private final Map<String, AggregateBuilder> aggregates = new HashMap<>();
    private final Map<String, AggregateBuilder> windowFunctions = new HashMap<>();

    private FunctionCatalog() {
        BuiltIns.register(scalars::put, aggregates::put, windowFunctions::put);
        EvmFunctions.register(scalars::put);
        AttestationFunctions.register(aggregates::put);
    }

    public static FunctionCatalog instance() {
        return INSTANCE;
    }

    public @Nullable ScalarBuilder scalar(String name) {
        return scalars.get(name);
    }

    /** Aggregates, usable as window functions too. */
    public @Nullable AggregateBuilder aggregate(String name) {
        return aggregates.get(name);
    }

    /** Functions that need OVER. */
    public @Nullable AggregateBuilder windowFunction(String name) {
        AggregateBuilder found = windowFunctions.get(name);
        return found != null ? found : aggregates.get(name);
    }

    public boolean isWindowOnly(String name) {
        return windowFunctions.containsKey(name) && !aggregates.containsKey(name);
    }

    /** The name that is spelled most like the given one. */
    public String closest(String name) {
        String best = "";
        int distance = Integer.MAX_VALUE;
        for (String candidate : names()) {
            int d = editDistance(name.toLowerCase(Locale.ROOT), candidate);
            if (d < distance) {
                distance = d;
                best = candidate;
            }
        }
        return best;
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        Stream.of(scalars.keySet(), aggregates.keySet(), windowFunctions.keySet())
                .forEach(names::addAll);
        names.removeIf(name -> name.startsWith("$"));
        return names;
    }

    private static int editDistance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int cost = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(cost, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
