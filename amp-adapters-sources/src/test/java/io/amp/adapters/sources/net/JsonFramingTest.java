package io.amp.adapters.sources.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonFramingTest {
    private static final String[] VALUES = {
        "{}",
        "[]",
        "{\"a\":\"}{][\\\"\\\\\"}",
        "[[1,2],{\"b\":[\"]\"]}]",
        "{\"long\":\"" + "x\\\\y\\\"}".repeat(20) + "\"}"
    };

    @Test
    void findsTheEndsHoweverTheBytesAreCut() throws IOException {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String value = VALUES[random.nextInt(VALUES.length)];
                expected.add(value);
                text.append(" \n".repeat(random.nextInt(2))).append(value);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            List<String> found = new ArrayList<>();
            JsonFraming framing = new JsonFraming();
            int start = 0;
            int at = 0;
            while (at < bytes.length) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(40));
                int end = framing.end(bytes, at, to);
                if (end < 0) {
                    at = to;
                } else {
                    found.add(new String(bytes, start, end - start, StandardCharsets.UTF_8).strip());
                    framing.restart();
                    start = end;
                    at = end;
                }
            }
            assertThat(found).as("-Damp.seed=%s", seed).isEqualTo(expected);
        }
    }

    @Test
    void refusesWhatIsNoObject() {
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new JsonFraming().end(bytes, 0, bytes.length)).isInstanceOf(IOException.class);
    }
}
