package io.amp.core.dataset;

import static io.amp.core.dataset.ManifestHashVectorTest.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.batch.TableSchema;
import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DerivedManifest;
import io.amp.ports.dataset.RawManifest;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static final String EVM = "{\"kind\":\"evm-rpc\",\"network\":\"mainnet\"";
    private static final String ONE_COLUMN = "{\"schema\":{\"arrow\":{\"fields\":"
            + "[{\"name\":\"hash\",\"type\":{\"FixedSizeBinary\":32},\"nullable\":false}]}}}";

    @Test
    void shortestRawManifestGetsTheBuiltInTables() {
        var manifest = (RawManifest) READER.read("{\"kind\":\"evm-rpc\",\"network\":\"Base\",\"start_block\":5000000,"
                        + "\"finalized_blocks_only\":true}")
                .manifest();

        assertThat(manifest.network().value()).isEqualTo("base");
        assertThat(manifest.startBlock()).isEqualTo(5_000_000);
        assertThat(manifest.finalizedBlocksOnly()).isTrue();
        assertThat(manifest.tables().keySet()).containsExactly("blocks", "logs", "transactions");
        assertThat(manifest.tables().get("blocks").schema().fields()).hasSize(24);
        assertThat(manifest.tables().get("logs").schema().fields()).hasSize(13);
        assertThat(manifest.tables().get("transactions").schema().fields()).hasSize(27);
    }

    @Test
    void everyBuiltInTableStartsWithTheBlockNumber() {
        for (String kind : BuiltInTables.kinds()) {
            BuiltInTables.of(kind)
                    .values()
                    .forEach(table -> assertThat(
                                    table.schema().fields().getFirst().getName())
                            .isEqualTo("_block_num"));
        }
    }

    @Test
    void listedTablesAreHashedAsGivenButTheSchemaIsBuiltIn() {
        ManifestDocument document = READER.read(EVM + ",\"tables\":{\"blocks\":" + ONE_COLUMN + "}}");

        assertThat(document.canonicalText())
                .isEqualTo(EVM + ",\"start_block\":0,\"finalized_blocks_only\":false,\"tables\":{\"blocks\":"
                        + ONE_COLUMN.substring(0, ONE_COLUMN.length() - 1) + ",\"network\":\"mainnet\"}}}");
        assertThat(document.manifest().tables()).isEqualTo(BuiltInTables.of("evm-rpc"));
        assertThat(document.warnings())
                .singleElement()
                .asString()
                .contains("'_block_num' is not listed")
                .doesNotContain("'hash'");
    }

    @Test
    void emptyTablesAreTheBuiltInOnes() {
        assertThat(READER.read(EVM + ",\"tables\":{}}").hash())
                .isEqualTo(READER.read(EVM + "}").hash());
        assertThat(READER.read(EVM + ",\"tables\":null}").hash())
                .isEqualTo(READER.read(EVM + "}").hash());
    }

    @Test
    void firstGenerationSchemaIsReplacedByTheBuiltInTables() {
        String old = EVM + ",\"name\":\"eth\",\"version\":\"1.2.0\",\"schema\":{\"blocks\":{\"hash\":\"Binary\"}}}";

        ManifestDocument document = READER.read(old);

        assertThat(document.hash()).isEqualTo(READER.read(EVM + "}").hash());
        assertThat(document.embedded()).isEqualTo(new ManifestDocument.Embedded("eth", "1.2.0"));
    }

    @Test
    void networkKeepsItsSpellingInTheHashedText() {
        assertThat(READER.read("{\"kind\":\"evm-rpc\",\"network\":\"MainNet\"}").canonicalText())
                .contains("\"network\":\"MainNet\"")
                .doesNotContain("mainnet");
    }

    @Test
    void tableOfAnotherNetworkAndUnknownTableAreBothReported() {
        String other = ONE_COLUMN.substring(0, ONE_COLUMN.length() - 1) + ",\"network\":\"base\"}";

        assertThatThrownBy(
                        () -> READER.read(EVM + ",\"tables\":{\"blocks\":" + other + ",\"calls\":" + ONE_COLUMN + "}}"))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR))
                .hasMessageStartingWith("Manifest validation error: ")
                .hasMessageContaining("table 'blocks' has network 'base', its dataset 'mainnet'")
                .hasMessageContaining("kind 'evm-rpc' has no table 'calls'");
    }

    @Test
    void tableNetworkMayDifferInCase() {
        String sameNetwork = ONE_COLUMN.substring(0, ONE_COLUMN.length() - 1) + ",\"network\":\"Mainnet\"}";

        assertThat(READER.read(EVM + ",\"tables\":{\"blocks\":" + sameNetwork + "}}")
                        .canonicalText())
                .endsWith(",\"network\":\"Mainnet\"}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | the manifest must be a JSON object, not a list",
                "nonsense | the manifest is not valid JSON",
                "{\"kind\":\"evm-rpc\",\"kind\":\"evm-rpc\"} | the manifest is not valid JSON: Duplicate field 'kind'",
                "{\"network\":\"x\"} | kind: missing",
                "{\"kind\":7} | kind: must be a string, not a number",
                "{\"kind\":\"evm-rpc\"} | network: missing",
                "{\"kind\":\"evm-rpc\",\"network\":\"a b\"} | network: invalid network 'a b'",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"start_block\":1.0} | start_block: must be an integer",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"start_block\":-1} | start_block: must be an integer",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"start_block\":9223372036854775808} | start_block: must be an integer",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"start_block\":\"5\"} | start_block: must be an integer from 0 to"
                        + " 9223372036854775807, not a string",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"finalized_blocks_only\":1} | finalized_blocks_only: must be true or false",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"tables\":{\"blocks\":{}}} | tables.blocks.schema: missing",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"tables\":{\"b-c\":{}}} | tables.b-c: invalid table name 'b-c'",
                "{\"kind\":\"evm-rpc\",\"network\":\"x\",\"tables\":{\"blocks\":{\"schema\":{\"arrow\":{\"fields\":[{\"name\":\"a\","
                        + "\"type\":\"Int65\",\"nullable\":true}]}}}}} | tables.blocks.schema.arrow.fields[0].type: unknown Arrow type"
                        + " 'Int65'",
                "{\"kind\":\"substreams\",\"network\":\"x\",\"manifest\":\"https://e.org/a.spkg\"} | module: missing",
                "{\"kind\":\"static\",\"tables\":{}} | tables: no tables",
                "{\"kind\":\"static\",\"tables\":{\"t\":{\"path\":\"../x.csv\"}}} | tables.t.path: may not have an empty part",
                "{\"kind\":\"manifest\",\"dependencies\":{\"self\":\"a/b@1.0.0\"}} | dependencies.self: invalid dependency alias 'self'",
                "{\"kind\":\"manifest\",\"dependencies\":{\"_x\":\"a/b@1.0.0\"}} | dependencies._x: invalid dependency alias '_x'",
                "{\"kind\":\"manifest\",\"dependencies\":{\"x\":\"a/b/c\"}} | dependencies.x: invalid dataset reference 'a/b/c'",
                "{\"kind\":\"manifest\",\"tables\":{\"t\":{\"input\":{}}}} | tables.t.input.sql: missing",
                "{\"kind\":\"manifest\",\"functions\":{\"f\":{\"inputTypes\":[\"Utf8\",\"Text\"]}}} | functions.f.inputTypes[1]: unknown",
            })
    void undecodableManifestsNameThePath(String text, String message) {
        assertThatThrownBy(() -> READER.read(text))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.INVALID_MANIFEST))
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EVM-RPC", "evm_rpc", "kafka", ""})
    void otherKindsAreUnsupported(String kind) {
        assertThatThrownBy(() -> READER.read("{\"kind\":\"" + kind + "\"}"))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.UNSUPPORTED_DATASET_KIND))
                .hasMessage("unsupported dataset kind: '" + kind + "'");
    }

    @Test
    void tableNamesHaveAtMost63Bytes() {
        String query = "{\"kind\":\"manifest\",\"tables\":{\"%s\":{\"input\":{\"sql\":\"SELECT 1\"}}}}";

        assertThat(READER.read(query.formatted("t".repeat(63))).manifest().tables())
                .hasSize(1);
        assertThatThrownBy(() -> READER.read(query.formatted("t".repeat(64))))
                .hasMessageContaining("invalid table name");
    }

    @Test
    void substreamsLeavesOutAnUnknownStartBlock() {
        String text = "{\"kind\":\"substreams\",\"network\":\"mainnet\",\"finalized_blocks_only\":false,"
                + "\"manifest\":\"https://example.org/p.spkg\",\"module\":\"map_pools\",\"tables\":{\"pools\":"
                + ONE_COLUMN.substring(0, ONE_COLUMN.length() - 1) + ",\"network\":\"mainnet\"}}}";

        ManifestDocument document = READER.read(text);

        assertThat(document.canonicalText()).isEqualTo(text);
        assertThat(document.manifest().tables()).containsOnlyKeys("pools");
        assertThat(((RawManifest) document.manifest()).settings())
                .containsEntry("module", "map_pools")
                .containsEntry("manifest", "https://example.org/p.spkg");
    }

    @Test
    void substreamsWithoutTablesIsRefused() {
        assertThatThrownBy(() -> READER.read("{\"kind\":\"substreams\",\"network\":\"mainnet\","
                        + "\"manifest\":\"https://example.org/p.spkg\",\"module\":\"map_pools\"}"))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR))
                .hasMessageContaining("needs 'tables'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "derived", "manifest"})
    void aliasesOfTheDerivedKindHaveOneHash(String kind) {
        String text =
                ManifestHashVectorTest.resource("derived-example.json").replace("\"manifest\"", "\"" + kind + "\"");

        assertThat(READER.read(text).hash().hex())
                .isEqualTo("c4c951d97905fbcdbc87b417ba9cf33034210e9b80da282899fdf139d03ce92e");
    }

    @Test
    void derivedManifestWithoutTablesAndFunctionsIsRefused() {
        assertThatThrownBy(() -> READER.read("{\"kind\":\"manifest\"}"))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR))
                .hasMessageContaining("needs tables or functions");
    }

    @Test
    void missingSchemaIsInferredBeforeHashing() {
        TableSchema inferred = BuiltInTables.of("eth-beacon").get("blocks").schema();
        var reader = new ManifestReader(ManifestHashVectorTest.ANY, draft -> Map.of("t", inferred));
        String text =
                "{\"kind\":\"manifest\",\"tables\":{\"t\":{\"input\":{\"sql\":\"SELECT 1\"},\"schema\":{\"arrow\":{\"fields\":[]}}}}}";

        ManifestDocument document = reader.read(text);

        assertThat(document.canonicalText()).contains("\"proposer_index\"");
        assertThat(document.manifest().tables().get("t").schema()).isEqualTo(inferred);
        assertThat(reader.read(text.replace(",\"schema\":{\"arrow\":{\"fields\":[]}}", ""))
                        .hash())
                .isEqualTo(document.hash());
    }

    @Test
    void servedSchemasAreReadOneLevelDeeper() {
        String nested =
                "{\"kind\":\"manifest\",\"tables\":{\"t\":{\"input\":{\"sql\":\"SELECT 1\"},\"schema\":{\"networks\":[],"
                        + "\"schema\":{\"arrow\":{\"fields\":[{\"name\":\"a\",\"type\":\"Utf8\",\"nullable\":true}]}}}}}}";

        assertThat(READER.read(nested).canonicalText())
                .contains("\"schema\":{\"arrow\":{\"fields\":[{\"name\":\"a\",\"type\":\"Utf8\",\"nullable\":true}]}}");
    }

    @Test
    void withoutAnEngineDerivedManifestsAreRefusedAndStoredOnesStillRead() {
        var reader = new ManifestReader(ManifestHashVectorTest.ANY, DerivedChecks.UNSUPPORTED);
        String text = ManifestHashVectorTest.resource("derived-example.json");

        assertThatThrownBy(() -> reader.read(text))
                .isInstanceOfSatisfying(
                        AmpException.class,
                        e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR));
        var manifest = (DerivedManifest) reader.readStored(text).manifest();
        assertThat(manifest.dependencies().get("rpc")).hasToString("acme/eth_rpc@1.2.0");
        assertThat(manifest.queries()).containsEntry("heads", "SELECT hash FROM rpc.blocks");
        assertThat(manifest.functions().get("tag").filename()).isEqualTo("tag.js");
    }

    @Test
    void unresolvableDependencyIsAValidationError() {
        var reader = new ManifestReader(DependencyPins.NONE, ManifestHashVectorTest.PASS);

        assertThatThrownBy(() -> reader.read(ManifestHashVectorTest.resource("derived-example.json")))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.MANIFEST_VALIDATION_ERROR))
                .hasMessage("Manifest validation error: dependency 'acme/eth_rpc@1.2.0' of alias 'rpc' not found");
    }

    @Test
    void requirementsOfTheFirstGenerationResolveToTheHighestAcceptableRelease() {
        var reader = new ManifestReader(new Releases(), ManifestHashVectorTest.PASS);
        String text =
                "{\"kind\":\"sql\",\"dependencies\":{\"eth\":{\"owner\":\"acme\",\"name\":\"rpc\",\"version\":\"^1.1\"},"
                        + "\"other\":{\"owner\":\"unknown\",\"name\":\"rpc\",\"version\":\"1.*\"}},"
                        + "\"functions\":{\"f\":{\"inputTypes\":[],\"outputType\":\"Utf8\",\"source\":{\"source\":\"\",\"filename\":\"f.js\"}}}}";

        assertThat(reader.read(text).canonicalText())
                .startsWith(
                        "{\"kind\":\"manifest\",\"dependencies\":{\"eth\":\"acme/rpc@1.9.0\",\"other\":\"_/rpc@1.9.0\"}");
        assertThatThrownBy(() -> reader.read(text.replace("^1.1", "^7")))
                .hasMessageContaining("alias 'eth' asks for 'acme/rpc' ^7, known versions: [2.0.0, 1.9.0, 1.0.0]");
    }

    @Test
    void startBlockOfADerivedManifestIsWrittenOnlyWhenGiven() {
        String text = ManifestHashVectorTest.resource("derived-example.json");
        String started = text.substring(0, text.length() - 1) + ",\"start_block\":5}";

        assertThat(READER.read(started).canonicalText()).isEqualTo(started);
    }

    private static final class Releases implements DependencyPins {
        @Override
        public Optional<DatasetReference> pin(DatasetReference reference) {
            return reference.name().namespace().equals("unknown") ? Optional.empty() : Optional.of(reference);
        }

        @Override
        public List<SemanticVersion> releases(DatasetName dataset) {
            return List.of(new SemanticVersion("2.0.0"), new SemanticVersion("1.9.0"), new SemanticVersion("1.0.0"));
        }
    }
}
