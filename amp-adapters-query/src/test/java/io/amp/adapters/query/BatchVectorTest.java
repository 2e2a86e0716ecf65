package io.amp.adapters.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.amp.ports.error.AmpException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The batch vectors of the query specification, section 10.2. */
class BatchVectorTest {
    @TempDir
    static Path directory;

    private static EngineHarness harness;

    @BeforeAll
    static void open() {
        harness = new EngineHarness(directory);
    }

    @AfterAll
    static void close() {
        harness.close();
    }

    @TestFactory
    Stream<DynamicTest> batchVectors() throws IOException {
        return read("batch-vectors.txt").stream()
                .map(vector -> DynamicTest.dynamicTest(vector.sql(), () -> check(vector)));
    }

    private record Vector(String sql, List<String> expected) {}

    private static List<Vector> read(String resource) throws IOException {
        String text;
        try (var in = BatchVectorTest.class.getResourceAsStream(resource)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var vectors = new ArrayList<Vector>();
        for (String block : text.split("\n\\s*\n")) {
            List<String> lines =
                    block.lines().filter(line -> !line.startsWith("#")).toList();
            if (!lines.isEmpty()) {
                vectors.add(new Vector(lines.getFirst(), lines.subList(1, lines.size())));
            }
        }
        return vectors;
    }

    private static void check(Vector vector) throws InterruptedException {
        if (!vector.expected().isEmpty() && vector.expected().getFirst().startsWith("!")) {
            String[] error = vector.expected().getFirst().substring(2).split(" ", 2);
            AmpException failure = catchThrowableOfType(AmpException.class, () -> harness.rows(vector.sql()));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.code().name()).isEqualTo(error[0]);
            assertThat(failure).hasMessageContaining(error.length > 1 ? error[1] : "");
            return;
        }
        boolean anyOrder = vector.expected().stream().anyMatch(line -> line.startsWith("~"));
        List<String> expected =
                vector.expected().stream().map(line -> line.substring(2)).toList();
        List<String> rows = harness.rows(vector.sql());
        if (anyOrder) {
            assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
        } else {
            assertThat(rows).containsExactlyElementsOf(expected);
        }
    }
}
