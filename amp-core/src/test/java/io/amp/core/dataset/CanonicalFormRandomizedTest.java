package io.amp.core.dataset;

import static io.amp.core.dataset.ManifestHashVectorTest.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.json.JsonReader;
import io.amp.core.json.JsonWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Key order, white space, unknown fields and left-out defaults never change a hash. A failure prints its seed ({@code -Damp.seed}). */
class CanonicalFormRandomizedTest {
    private static final int ROUNDS = 200;

    @Test
    void disfiguredManifestsKeepTheirHash() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var documents = List.of(
                ManifestGenerator.generate("evm-rpc", "mainnet", 0, false),
                ManifestGenerator.generate("solana", "mainnet", 12, true),
                ManifestGenerator.generate("firehose", "base", 0, false),
                READER.read(ManifestHashVectorTest.resource("derived-example.json")),
                READER.read(ManifestHashVectorTest.resource("static-example.json")));
        for (int round = 0; round < ROUNDS; round++) {
            var random = new Random(seed + round);
            ManifestDocument document = documents.get(round % documents.size());

            String disfigured = disfigured(JsonReader.read(document.canonicalText()), random);

            assertThat(READER.read(disfigured).hash())
                    .as("-Damp.seed=%d gives %s", seed + round, disfigured)
                    .isEqualTo(document.hash());
        }
    }

    private static String disfigured(@Nullable Object tree, Random random) {
        Object changed = shuffled("", tree, random);
        String text = random.nextBoolean() ? JsonWriter.indented(changed) : JsonWriter.compact(changed);
        return random.nextBoolean() ? " \n\t" + text + "\r\n " : text;
    }

    private static @Nullable Object shuffled(String key, @Nullable Object value, Random random) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(shuffled("", element, random)));
            return copy;
        }
        if (!(value instanceof Map<?, ?> map)) {
            return key.equals("sql") && random.nextBoolean() ? "\n  " + value + " \t" : value;
        }
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        Collections.shuffle(entries, random);
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : entries) {
            if (!(isDefault(entry) && random.nextBoolean())) {
                copy.put((String) entry.getKey(), shuffled((String) entry.getKey(), entry.getValue(), random));
            }
        }
        if (isRecord(map) && random.nextInt(4) == 0) {
            copy.put("zz_unknown", List.of("x", Map.of("y", 1L)));
        }
        return copy;
    }

    private static boolean isDefault(Map.Entry<?, ?> entry) {
        return switch ((String) entry.getKey()) {
            case "dict_id", "start_block" -> Long.valueOf(0).equals(entry.getValue());
            case "dict_is_ordered", "finalized_blocks_only" -> Boolean.FALSE.equals(entry.getValue());
            case "metadata" -> ((Map<?, ?>) entry.getValue()).isEmpty();
            default -> false;
        };
    }

    /** Maps whose keys are names may not get another one; records may. */
    private static boolean isRecord(Map<?, ?> map) {
        return map.containsKey("kind")
                || map.containsKey("nullable")
                || map.containsKey("schema")
                || map.containsKey("arrow")
                || map.containsKey("filename")
                || map.containsKey("outputType")
                || map.containsKey("sql");
    }
}
