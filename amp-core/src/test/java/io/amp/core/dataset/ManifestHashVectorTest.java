package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.json.JsonReader;
import io.amp.core.json.JsonWriter;
import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.SemanticVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The hashes of the datasets specification, section 2.5. */
class ManifestHashVectorTest {
    static final DependencyPins ANY = new DependencyPins() {
        @Override
        public Optional<DatasetReference> pin(DatasetReference reference) {
            return Optional.of(reference);
        }

        @Override
        public List<SemanticVersion> releases(DatasetName dataset) {
            return List.of();
        }
    };
    static final DerivedChecks PASS = manifest -> Map.<String, TableSchema>of();
    static final ManifestReader READER = new ManifestReader(ANY, PASS);

    @ParameterizedTest
    @CsvFileSource(resources = "manifest-hashes.txt", delimiter = ' ')
    void rawKind(String kind, String network, long startBlock, int bytes, String hash) {
        ManifestDocument document = ManifestGenerator.generate(kind, network, startBlock, false);

        assertThat(document.canonicalText().getBytes(StandardCharsets.UTF_8)).hasSize(bytes);
        assertThat(document.hash().hex()).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "manifest-hashes.txt", delimiter = ' ')
    void generatedTextRegistersUnderTheSameHash(String kind, String network, long startBlock, int bytes, String hash) {
        String text =
                ManifestGenerator.generate(kind, network, startBlock, false).indentedText();

        assertThat(text)
                .startsWith("{\n  \"kind\": \"" + kind + "\",\n  \"network\"")
                .endsWith("}\n");
        assertThat(READER.read(text).hash().hex()).isEqualTo(hash);
    }

    @Test
    void theWholeTextOfABeaconManifest() {
        assertThat(ManifestGenerator.generate("eth-beacon", "mainnet-beacon", 0, false)
                        .canonicalText())
                .isEqualTo(resource("eth-beacon.json"));
    }

    @Test
    void derivedExampleWithBlanksAroundTheSql() {
        String padded = resource("derived-example.json")
                .replace("\"SELECT hash FROM rpc.blocks\"", "\" \\n SELECT hash FROM rpc.blocks\\t \"");

        ManifestDocument document = READER.read(padded);

        assertThat(document.canonicalText())
                .isEqualTo(resource("derived-example.json"))
                .hasSize(429);
        assertThat(document.hash().hex()).isEqualTo("c4c951d97905fbcdbc87b417ba9cf33034210e9b80da282899fdf139d03ce92e");
    }

    @Test
    void staticExample() {
        ManifestDocument document = READER.read(resource("static-example.json"));

        assertThat(document.canonicalText()).hasSize(253);
        assertThat(document.hash().hex()).isEqualTo("8a4849107a393b28e66489c09b70c63565595fb72eba884fb9b6b05e17c41db7");
    }

    @Test
    void storedBytesOfAnyContent() {
        assertThat(ManifestDocument.hashOf("hello world".getBytes(StandardCharsets.UTF_8))
                        .hex())
                .isEqualTo("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    }

    @Test
    void canonicalTextReadsBackUnchanged() {
        for (String kind : List.of("evm-rpc", "firehose", "solana", "eth-beacon")) {
            String text = ManifestGenerator.generate(kind, "mainnet", 7, true).canonicalText();
            assertThat(JsonWriter.compact(JsonReader.read(text))).isEqualTo(text);
            assertThat(READER.readStored(text).canonicalText()).isEqualTo(text);
        }
    }

    static String resource(String name) {
        try (InputStream stream = ManifestHashVectorTest.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
