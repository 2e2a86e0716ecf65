package io.amp.core.dataset;

import io.amp.core.json.JsonWriter;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.dataset.DerivedManifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form plus what some client generations cannot do without (datasets specification, section 2.6). All of it is ignored on
 * registration, so a manifest that was downloaded and is sent back has the same hash.
 */
final class ServedManifest {
    private ServedManifest() {}

    /** @param networksOf networks that a derived table reads from */
    static String text(ManifestDocument document, Function<String, Collection<NetworkId>> networksOf) {
        if (!(document.manifest() instanceof DerivedManifest)) {
            return document.canonicalText();
        }
        Map<String, @Nullable Object> served = new LinkedHashMap<>(document.canonical());
        served.put("tables", withEach(served, "tables", (name, table) -> {
            table.put(
                    "network",
                    new TreeSet<>(networksOf.apply(name))
                            .stream().map(NetworkId::value).collect(Collectors.joining(",")));
        }));
        served.put("functions", withEach(served, "functions", (name, function) -> {
            function.put("name", name);
            List<@Nullable Object> inputs = new ArrayList<>();
            if (function.get("inputTypes") instanceof List<?> types) {
                types.forEach(type -> inputs.add(asText(type)));
            }
            function.put("inputTypes", inputs);
            function.put("outputType", asText(function.get("outputType")));
        }));
        return JsonWriter.compact(served);
    }

    private static @Nullable Object asText(@Nullable Object type) {
        return type == null
                ? null
                : ArrowTypeText.of(type).<Object>map(text -> text).orElse(type);
    }

    private static Map<String, @Nullable Object> withEach(
            Map<String, @Nullable Object> document, String key, Extension extension) {
        Map<String, @Nullable Object> extended = new LinkedHashMap<>();
        if (document.get(key) instanceof Map<?, ?> members) {
            members.forEach((name, member) -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                ((Map<?, ?>) member).forEach((field, value) -> copy.put((String) field, value));
                extension.extend((String) name, copy);
                extended.put((String) name, copy);
            });
        }
        return extended;
    }

    private interface Extension {
        void extend(String name, Map<String, @Nullable Object> member);
    }
}
