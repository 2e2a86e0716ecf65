package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.app.admin.AdminApi.Answer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /datasets} and {@code /manifests} (Admin API specification, sections 5, 6, 11, 18; vectors 6 to 10, 23, 26, 29, 31, 33, 34). */
@Timeout(60)
class DatasetRoutesTest {
    private static final String RAW = AdminApi.rawManifest(0);
    private static final String VERSIONS = "/datasets/acme/mainnet/versions";

    private final AdminApi api = new AdminApi();

    @AfterEach
    void close() {
        api.close();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.isTextual() ? item.textValue() : item.toString()));
        return texts;
    }

    @Test
    void registrationDescribesWhatWasRegistered() {
        Answer answer = api.post(
                "/datasets",
                "{\"namespace\":\"acme\",\"name\":\"mainnet\",\"version\":\"1.2.0\",\"unknown\":{},\"manifest\":"
                        + AdminApi.rawManifest(5) + "}");
        assertThat(answer.status()).isEqualTo(201);
        JsonNode body = answer.json();
        assertThat(body.get("namespace").asText()).isEqualTo("acme");
        assertThat(body.get("name").asText()).isEqualTo("mainnet");
        assertThat(body.get("version").asText()).isEqualTo("1.2.0");
        assertThat(body.get("manifest_hash").asText()).matches("[0-9a-f]{64}");
        assertThat(body.get("kind").asText()).isEqualTo("evm-rpc");
        assertThat(body.get("start_block").asLong()).isEqualTo(5);
        assertThat(body.get("finalized_blocks_only").isBoolean()).isTrue();
        assertThat(texts(body.get("tables"))).containsExactly("blocks", "logs", "transactions");
        assertThat(body.size()).isEqualTo(8);
    }

    @Test
    void registrationWithoutVersionAndNamespaceLeavesTheVersionOut() {
        JsonNode body = api.post("/datasets", "{\"name\":\"x\",\"namespace\":null,\"manifest\":" + RAW + "}")
                .json();
        assertThat(body.get("namespace").asText()).isEqualTo("_");
        assertThat(body.has("version")).isFalse();
    }

    @Test
    void theManifestMayBeObjectTextHashOrHashObject() {
        String hash = api.register("acme", "a", "1.0.0", RAW);
        assertThat(api.register("acme", "a", "1.0.0", RAW)).isEqualTo(hash);
        assertThat(api.register("acme", "b", "1.0.0", "\"" + RAW.replace("\"", "\\\"") + "\""))
                .isEqualTo(hash);
        assertThat(api.register("acme", "c", "1.0.0", "\"" + hash + "\"")).isEqualTo(hash);
        assertThat(api.register("acme", "d", "1.0.0", "{\"hash\":\"" + hash.toUpperCase(java.util.Locale.ROOT) + "\"}"))
                .isEqualTo(hash);
        api.post("/datasets", "{\"name\":\"e\",\"manifest\":\"" + "ab".repeat(32) + "\"}")
                .isError(404, "MANIFEST_NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\"}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"manifest\":null}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"manifest\":7}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"manifest\":[]}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":7,\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"X\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"1x\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"a-b\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"namespace\":\"A\",\"name\":\"x\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"namespace\":\"\",\"name\":\"x\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"version\":\"latest\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"version\":\"1.0\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"version\":\"v1.0.0\",\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"version\":1,\"manifest\":{}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"manifest\":{\"hash\":\"zz\"}}|INVALID_PAYLOAD_FORMAT",
                "{\"name\":\"x\",\"manifest\":{}}|INVALID_MANIFEST",
                "{\"name\":\"x\",\"manifest\":\"x\"}|INVALID_MANIFEST",
                "{\"name\":\"x\",\"manifest\":{\"kind\":\"evm-rpc\"}}|INVALID_MANIFEST",
                "{\"name\":\"x\",\"manifest\":{\"kind\":\"evm-rpc\",\"kind\":\"evm-rpc\",\"network\":\"m\"}}|INVALID_MANIFEST",
                "{\"name\":\"x\",\"manifest\":{\"kind\":\"ledger\",\"network\":\"m\"}}|UNSUPPORTED_DATASET_KIND",
                "{\"name\":\"x\",\"manifest\":{\"name\":\"y\",\"kind\":\"evm-rpc\",\"network\":\"m\"}}|MANIFEST_VALIDATION_ERROR",
                "{\"name\":\"x\",\"version\":\"1.0.0\",\"manifest\":{\"name\":\"x\",\"version\":\"2.0.0\",\"kind\":\"evm-rpc\",\"network\":\"m\"}}|MANIFEST_VALIDATION_ERROR"
            })
    void badRegistrationsAreRefused(String body, String code) {
        api.post("/datasets", body).isError(400, code);
        assertThat(api.get("/datasets").ok().get("datasets")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"dev\"", "\"\"", "null"})
    void aVersionThatIsNoneTagsNone(String version) {
        Answer answer = api.post(
                "/datasets",
                "{\"namespace\":\"acme\",\"name\":\"mainnet\",\"version\":" + version + ",\"manifest\":" + RAW + "}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(api.get(VERSIONS).ok().get("versions")).isEmpty();
    }

    @Test
    void listingIsSortedAndLeavesAbsentVersionsOut() {
        api.register("b", "two", null, RAW);
        api.register("acme", "mainnet", "1.1.0", RAW);
        api.register("acme", "mainnet", "1.2.0", RAW);
        assertThat(api.get("/datasets").ok().toString())
                .isEqualTo(
                        "{\"datasets\":[{\"namespace\":\"acme\",\"name\":\"mainnet\",\"latest_version\":\"1.2.0\","
                                + "\"versions\":[\"1.2.0\",\"1.1.0\"]},{\"namespace\":\"b\",\"name\":\"two\",\"versions\":[]}]}");
    }

    @Test
    void theOlderListIsPaged() {
        api.register("_", "b", "1.0.0", RAW);
        api.register("_", "a", "1.0.0", RAW);
        api.register("_", "a", "1.1.0", RAW);
        api.register("acme", "hidden", "1.0.0", RAW);
        assertThat(api.get("/datasets?limit=2").ok().toString())
                .isEqualTo(
                        "{\"datasets\":[{\"name\":\"a\",\"version\":\"1.1.0\"},{\"name\":\"a\",\"version\":\"1.0.0\"}],"
                                + "\"next_cursor\":\"a:1.0.0\"}");
        assertThat(api.get("/datasets?limit=2&last_dataset_id=a:1.0.0").ok().toString())
                .isEqualTo("{\"datasets\":[{\"name\":\"b\",\"version\":\"1.0.0\"}]}");
        api.get("/datasets?limit=0").isError(400, "LIMIT_INVALID");
        api.get("/datasets?limit=1001").isError(400, "LIMIT_TOO_LARGE");
        api.get("/datasets?last_dataset_id=a").isError(400, "INVALID_QUERY_PARAMETERS");
    }

    @Test
    void versionsFollowSemanticPrecedence() {
        api.register("acme", "mainnet", "9.0.0", RAW);
        api.register("acme", "mainnet", "10.0.0", AdminApi.rawManifest(1));
        api.register("acme", "mainnet", "10.0.0-rc.1", RAW);
        JsonNode body = api.get(VERSIONS).ok();
        assertThat(body.get("versions").findValuesAsText("version")).containsExactly("10.0.0", "10.0.0-rc.1", "9.0.0");
        assertThat(body.at("/special_tags/latest").asText()).isEqualTo("10.0.0");
        assertThat(body.at("/special_tags/dev").asText())
                .isEqualTo(body.at("/versions/1/manifest_hash").asText());
        assertThat(OffsetDateTime.parse(body.at("/versions/0/created_at").asText()))
                .isNotNull();
        assertThat(texts(api.get(VERSIONS, "User-Agent", "node").ok().get("versions")))
                .containsExactly("10.0.0", "10.0.0-rc.1", "9.0.0");
    }

    @Test
    void retaggingTheHighestMovesLatest() {
        api.register("acme", "mainnet", "1.0.0", RAW);
        String other = api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(1));
        assertThat(api.get(VERSIONS + "/latest").ok().get("manifest_hash").asText())
                .isEqualTo(other);
    }

    @Test
    void withoutReleaseThereIsOnlyDev() {
        String hash = api.register("acme", "mainnet", null, RAW);
        api.get(VERSIONS + "/latest").isError(404, "DATASET_NOT_FOUND");
        JsonNode dev = api.get(VERSIONS + "/dev").ok();
        assertThat(dev.get("revision").asText()).isEqualTo("dev");
        assertThat(dev.get("version").asText()).isEqualTo("dev");
        assertThat(dev.get("manifest_hash").asText()).isEqualTo(hash);
        assertThat(api.get("/datasets/acme/mainnet").ok().get("manifest_hash").asText())
                .isEqualTo(hash);
    }

    @Test
    void aVersionHasTheUnionOfFields() {
        api.register("acme", "mainnet", "1.2.0", AdminApi.rawManifest(3));
        JsonNode body = api.get(VERSIONS + "/latest").ok();
        List<String> names = new ArrayList<>();
        body.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "namespace",
                        "name",
                        "revision",
                        "version",
                        "manifest_hash",
                        "kind",
                        "start_block",
                        "finalized_blocks_only",
                        "tables",
                        "created_at",
                        "updated_at");
        assertThat(body.get("version").asText()).isEqualTo("1.2.0");
        assertThat(body.get("revision").asText()).isEqualTo("latest");
        assertThat(body.get("start_block").asLong()).isEqualTo(3);
    }

    @Test
    void anUnknownDatasetHasNoVersions() {
        assertThat(api.get("/datasets/_/nosuch/versions").ok().toString())
                .isEqualTo("{\"namespace\":\"_\",\"name\":\"nosuch\",\"versions\":[],\"special_tags\":{}}");
        api.get("/datasets/_/nosuch").isError(404, "DATASET_NOT_FOUND");
        api.get("/datasets/_/nosuch/versions/1.0.0").isError(404, "DATASET_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/datasets/Bad-Name/x/versions",
                "/datasets/acme/Bad/versions",
                "/datasets/acme/x/versions/1.0",
                "/datasets/acme/x/versions/v1.0.0/manifest",
                "/datasets/acme/x/versions/abc/schema",
                "/datasets/acme/x/versions/abc/jobs",
                "/datasets/acme/Bad"
            })
    void badPathsAreInvalid(String path) {
        api.get(path).isError(400, "INVALID_PATH");
    }

    @Test
    void aHashOfAnotherDatasetDoesNotResolve() {
        String hash = api.register("acme", "other", "1.0.0", AdminApi.rawManifest(9));
        api.register("acme", "mainnet", "1.0.0", RAW);
        api.get(VERSIONS + "/" + hash).isError(404, "DATASET_NOT_FOUND");
        api.get("/datasets/acme/other/versions/" + hash).ok();
    }

    @Test
    void aBuildPartTravelsRawOrEncoded() {
        api.register("acme", "mainnet", "1.0.0+build.7", RAW);
        for (String version : List.of("1.0.0+build.7", "1.0.0%2Bbuild.7")) {
            assertThat(api.get(VERSIONS + "/" + version).ok().get("version").asText())
                    .isEqualTo("1.0.0+build.7");
        }
    }

    @Test
    void versionsAreDeletedButForTheLatest() {
        api.register("acme", "mainnet", "1.0.0", RAW);
        api.register("acme", "mainnet", "2.0.0", RAW);
        api.delete(VERSIONS + "/2.0.0").isError(400, "CANNOT_DELETE_LATEST_VERSION");
        api.delete(VERSIONS + "/1.0.0").isEmpty(204);
        api.delete(VERSIONS + "/1.0.0").isEmpty(204);
        api.delete(VERSIONS + "/latest").isError(400, "INVALID_PATH");
        api.delete(VERSIONS + "/dev").isError(400, "INVALID_PATH");
        api.delete(VERSIONS + "/" + "ab".repeat(32)).isError(400, "INVALID_PATH");
        assertThat(api.get(VERSIONS).ok().get("versions").findValuesAsText("version"))
                .containsExactly("2.0.0");
    }

    @Test
    void datasetsAreDeletedWithTheirUnlinkedManifests() {
        String hash = api.register("acme", "mainnet", "1.0.0", RAW);
        api.delete("/datasets/acme/mainnet").isEmpty(204);
        api.delete("/datasets/acme/mainnet").isEmpty(204);
        api.delete("/datasets/acme/BAD").isError(400, "INVALID_PATH");
        api.get("/manifests/" + hash).isError(404, "MANIFEST_NOT_FOUND");
    }

    @Test
    void aDatasetWithAJobIsDeletedByForceOnly() {
        api.deployed();
        api.delete("/datasets/acme/mainnet").isError(409, "JOB_CONFLICT");
        api.delete("/datasets/acme/mainnet?force=true").isEmpty(204);
    }

    @Test
    void schemasSpeakTheNotationOfManifests() {
        api.register("acme", "mainnet", "1.2.0", RAW);
        JsonNode body = api.get(VERSIONS + "/latest/schema").ok();
        assertThat(body.get("version").asText()).isEqualTo("1.2.0");
        assertThat(body.get("tables").findValuesAsText("network")).containsOnly("mainnet");
        JsonNode fields = body.at("/tables/0/schema/arrow/fields");
        assertThat(fields.get(0).toString())
                .isEqualTo("{\"name\":\"_block_num\",\"type\":\"UInt64\",\"nullable\":false}");
    }

    @Test
    void parallelRegistrationsLeaveTheHighestAsLatest() {
        for (int round = 0; round < 10; round++) {
            String name = "parallel" + round;
            CompletableFuture<Void> low =
                    CompletableFuture.runAsync(() -> api.register("acme", name, "1.1.0", AdminApi.rawManifest(1)));
            CompletableFuture<Void> high =
                    CompletableFuture.runAsync(() -> api.register("acme", name, "1.2.0", AdminApi.rawManifest(2)));
            CompletableFuture.allOf(low, high).join();
            assertThat(api.get("/datasets/acme/" + name + "/versions")
                            .ok()
                            .at("/special_tags/latest")
                            .asText())
                    .isEqualTo("1.2.0");
        }
    }

    private static String derived(String kind, String dependency) {
        return "{\"kind\":\"" + kind + "\",\"dependencies\":{\"eth\":\"" + dependency
                + "\"},\"tables\":{\"t\":{\"input\":"
                + "{\"sql\":\"SELECT _block_num FROM eth.blocks\"},\"schema\":{\"arrow\":{\"fields\":[{\"name\":"
                + "\"_block_num\",\"type\":\"UInt64\",\"nullable\":false}]}},\"network\":\"mainnet\"}}}";
    }

    @Test
    void aDependencyThatIsNotThereIsAValidationError() {
        api.post("/datasets", "{\"name\":\"d\",\"manifest\":" + derived("manifest", "acme/nosuch@1.0.0") + "}")
                .isError(400, "MANIFEST_VALIDATION_ERROR");
    }

    @Test
    void theKindSqlIsStoredAsManifest() {
        api.register("acme", "mainnet", "1.0.0", RAW);
        api.register("acme", "d", "1.0.0", derived("sql", "acme/mainnet@1.0.0"));
        assertThat(api.get("/datasets/acme/d/versions/1.0.0/manifest")
                        .ok()
                        .get("kind")
                        .asText())
                .isEqualTo("manifest");
        assertThat(api.get("/datasets/acme/d/versions/1.0.0").ok().get("kind").asText())
                .isEqualTo("manifest");
    }

    @Test
    void manifestsAreStoredListedAndPruned() {
        String linked = api.register("acme", "mainnet", "1.0.0", RAW);
        Answer stored = api.post("/manifests", AdminApi.rawManifest(8));
        assertThat(stored.status()).isEqualTo(201);
        String loose = stored.json().get("hash").asText();
        assertThat(api.post("/manifests", AdminApi.rawManifest(8)).text()).isEqualTo(stored.text());
        List<String> sorted = List.of(linked, loose).stream().sorted().toList();
        JsonNode list = api.get("/manifests").ok().get("manifests");
        assertThat(list.findValuesAsText("hash")).isEqualTo(sorted);
        assertThat(list.findValuesAsText("kind")).containsOnly("evm-rpc");
        assertThat(list.findValuesAsText("dataset_count"))
                .isEqualTo(sorted.stream()
                        .map(hash -> hash.equals(linked) ? "1" : "0")
                        .toList());
        api.delete("/manifests/" + linked).isError(409, "MANIFEST_LINKED");
        assertThat(api.delete("/manifests").ok().toString()).isEqualTo("{\"deleted_count\":1}");
        api.get("/manifests/" + loose).isError(404, "MANIFEST_NOT_FOUND");
        api.delete("/manifests/" + loose).isEmpty(204);
        assertThat(api.get("/manifests/" + linked + "/datasets").ok().toString())
                .isEqualTo("{\"hash\":\"" + linked
                        + "\",\"datasets\":[{\"namespace\":\"acme\",\"name\":\"mainnet\",\"version\":\"1.0.0\"}]}");
    }

    @Test
    void manifestsLinkedByDevAloneHaveNoUses() {
        String hash = api.register("acme", "mainnet", null, RAW);
        assertThat(api.get("/manifests/" + hash + "/datasets").ok().get("datasets"))
                .isEmpty();
    }

    @Test
    void badHashesAreInvalid() {
        api.get("/manifests/abc").isError(400, "INVALID_HASH");
        api.delete("/manifests/abc").isError(400, "INVALID_HASH");
        api.get("/manifests/abc/datasets").isError(400, "INVALID_HASH");
        api.get("/manifests/" + "ab".repeat(32)).isError(404, "MANIFEST_NOT_FOUND");
        api.get("/manifests/" + "ab".repeat(32) + "/datasets").isError(404, "MANIFEST_NOT_FOUND");
        api.post("/manifests", "{\"kind\":\"ledger\"}").isError(400, "UNSUPPORTED_DATASET_KIND");
        api.post("/manifests", "{}").isError(400, "INVALID_MANIFEST");
    }

    @Test
    void olderRoutesActOnTheDefaultNamespace() {
        api.register("_", "eth_mainnet", "1.0.0", RAW);
        api.register("_", "eth_mainnet", "1.1.0", RAW);
        JsonNode dataset = api.get("/datasets/eth_mainnet").ok();
        assertThat(dataset.get("version").asText()).isEqualTo("1.1.0");
        assertThat(dataset.get("kind").asText()).isEqualTo("evm-rpc");
        assertThat(dataset.at("/tables/0").toString()).isEqualTo("{\"name\":\"blocks\",\"network\":\"mainnet\"}");
        assertThat(api.get("/datasets/eth_mainnet/versions?limit=1").ok().toString())
                .isEqualTo("{\"versions\":[\"1.1.0\"],\"next_cursor\":\"1.1.0\"}");
        assertThat(api.get("/datasets/eth_mainnet/versions?last_version=1.0.5")
                        .ok()
                        .toString())
                .isEqualTo("{\"versions\":[\"1.0.0\"]}");
        api.get("/datasets/eth_mainnet/versions?last_version=x").isError(400, "INVALID_QUERY_PARAMETERS");
        assertThat(api.get("/datasets/eth_mainnet/versions/1_0_0")
                        .ok()
                        .get("name")
                        .asText())
                .isEqualTo("eth_mainnet");
        api.get("/datasets/eth_mainnet/versions/1.0.0/schema").ok();
        api.get("/datasets/eth_mainnet/versions/1.0.0/manifest").ok();
        api.get("/datasets/Bad").isError(400, "INVALID_SELECTOR");
        api.get("/datasets/nosuch").isError(404, "DATASET_NOT_FOUND");
        api.get("/datasets/nosuch/versions").isError(404, "DATASET_NOT_FOUND");
    }

    @Test
    void aDatasetNamedVersionsIsReachedByItsLongPaths() {
        api.register("acme", "versions", "1.0.0", RAW);
        assertThat(api.get("/datasets/acme/versions/versions").ok().get("versions"))
                .hasSize(1);
        api.get("/datasets/acme/versions/versions/1.0.0/manifest").ok();
    }
}
