package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.job.Assignment;
import io.amp.ports.job.Job;
import io.amp.ports.job.JobStatus;
import io.amp.ports.storage.TableKey;
import io.amp.ports.storage.TableRevision;
import io.amp.testkit.metadata.MetadataFixtures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /revisions}, {@code /locations} and {@code /files} (Admin API specification, sections 8, 13 to 15; vector 28). */
@Timeout(60)
class StorageRoutesTest {
    private static final String VERSION = "/datasets/acme/mainnet/versions/1.0.0";

    private final AdminApi api = new AdminApi();

    @AfterEach
    void close() {
        api.close();
    }

    private static String body(String table) {
        return "{\"dataset\":\"acme/mainnet@1.0.0\",\"table_name\":\"" + table + "\"}";
    }

    private long add(String table, String path) {
        return api.post(
                        "/revisions",
                        "{\"dataset\":\"acme/mainnet\",\"table_name\":\"" + table + "\",\"path\":\"" + path + "\"}")
                .ok()
                .get("location_id")
                .asLong();
    }

    /** A job that wrote two files of {@code blocks}. */
    private TableRevision written(long job) {
        Job row = api.metadata.jobs().find(job).orElseThrow();
        var writer = new Assignment(job, row.nodeId(), row.epoch());
        var dataset = new DatasetVersion(
                new DatasetName("acme", "mainnet"),
                new ManifestHash(api.get(VERSION).ok().get("manifest_hash").asText()));
        TableRevision revision = api.metadata
                .segments()
                .createActive(writer, new TableKey(dataset, "blocks"), "acme/mainnet/blocks/one");
        api.metadata.segments().takeWriterMark(writer, List.of(revision));
        api.metadata
                .segments()
                .commit(
                        writer,
                        List.of(MetadataFixtures.written(revision, 0, 9), MetadataFixtures.written(revision, 10, 19)));
        return revision;
    }

    @Test
    void revisionsAreRegisteredInactiveAndOncePerPath() {
        String hash = api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        long id = add("blocks", "acme/mainnet/blocks/one");
        assertThat(add("blocks", "acme/mainnet/blocks/one")).isEqualTo(id);
        assertThat(api.get("/revisions/" + id).ok().toString())
                .isEqualTo("{\"id\":" + id + ",\"path\":\"acme/mainnet/blocks/one\",\"active\":false,\"metadata\":"
                        + "{\"dataset_namespace\":\"acme\",\"dataset_name\":\"mainnet\",\"manifest_hash\":\"" + hash
                        + "\",\"table_name\":\"blocks\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/../b", "..", "a//b", "./a", "s3://bucket/a", "a\\\\b"})
    void badPathsAreRefused(String path) {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.post("/revisions", "{\"dataset\":\"acme/mainnet\",\"table_name\":\"blocks\",\"path\":\"" + path + "\"}")
                .isError(400, "INVALID_PAYLOAD_FORMAT");
    }

    @Test
    void registeringNeedsDatasetAndTable() {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.post("/revisions", "{\"dataset\":\"acme/none\",\"table_name\":\"blocks\",\"path\":\"a\"}")
                .isError(404, "DATASET_NOT_FOUND");
        api.post("/revisions", "{\"dataset\":\"acme/mainnet\",\"table_name\":\"none\",\"path\":\"a\"}")
                .isError(404, "TABLE_NOT_IN_MANIFEST");
        api.post("/revisions", "{\"dataset\":\"acme/mainnet@x\",\"table_name\":\"blocks\",\"path\":\"a\"}")
                .isError(400, "INVALID_PAYLOAD_FORMAT");
        api.post("/revisions", "{\"dataset\":\"acme/mainnet\",\"path\":\"a\"}").isError(400, "INVALID_PAYLOAD_FORMAT");
    }

    @Test
    void oneRevisionOfATableIsActive() {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        long first = add("blocks", "b/one");
        long second = add("blocks", "b/two");
        long logs = add("logs", "l/one");
        api.post("/revisions/" + first + "/activate", body("blocks")).isEmpty(200);
        api.post("/revisions/" + second + "/activate", body("blocks")).isEmpty(200);
        assertThat(ids(api.get("/revisions?active=true").ok())).containsExactly(second);
        assertThat(ids(api.get("/revisions?active=false").ok())).containsExactly(logs, first);
        api.post("/revisions/" + logs + "/activate", body("blocks")).isError(404, "TABLE_NOT_REGISTERED");
        api.post("/revisions/999999/activate", body("blocks")).isError(404, "REVISION_NOT_FOUND");
        api.post("/revisions/x/activate", body("blocks")).isError(400, "INVALID_PATH_PARAMETERS");
        api.post("/revisions/" + logs + "/activate", body("none")).isError(404, "TABLE_NOT_IN_MANIFEST");
        api.delete("/revisions/" + second).isError(409, "REVISION_IS_ACTIVE");
        api.post("/revisions/deactivate", body("blocks")).isEmpty(200);
        api.post("/revisions/deactivate", body("blocks")).isEmpty(200);
        api.post("/revisions/deactivate", body("none")).isError(404, "TABLE_NOT_FOUND");
        assertThat(ids(api.get("/revisions?active=true").ok())).isEmpty();
        api.delete("/revisions/" + second).isEmpty(204);
        api.get("/revisions/" + second).isError(404, "REVISION_NOT_FOUND");
        api.delete("/revisions/" + second).isError(404, "REVISION_NOT_FOUND");
    }

    private static List<Long> ids(JsonNode list) {
        List<Long> ids = new ArrayList<>();
        list.forEach(entry -> ids.add(entry.get("id").asLong()));
        return ids;
    }

    @Test
    void revisionsAreListedNewestFirst() {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        long first = add("blocks", "b/one");
        long second = add("logs", "l/one");
        assertThat(ids(api.get("/revisions").ok())).containsExactly(second, first);
        assertThat(ids(api.get("/revisions?limit=1").ok())).containsExactly(second);
        assertThat(ids(api.get("/revisions?limit=0").ok())).isEmpty();
        assertThat(ids(api.get("/revisions?last_id=" + second).ok())).containsExactly(first);
        for (String query : List.of("limit=-1", "limit=x", "last_id=x", "active=maybe")) {
            api.get("/revisions?" + query).isError(400, "INVALID_QUERY_PARAMETERS");
        }
        api.get("/revisions/0").isError(400, "INVALID_PATH_PARAMETERS");
    }

    @Test
    void filesAndProgressOfAJob() {
        long job = api.deployed();
        TableRevision revision = written(job);
        JsonNode table = api.get(VERSION + "/tables/blocks/progress").ok();
        assertThat(table.get("start_block").asLong()).isZero();
        assertThat(table.get("current_block").asLong()).isEqualTo(19);
        assertThat(table.get("job_id").asLong()).isEqualTo(job);
        assertThat(table.get("job_status").asText()).isEqualTo("SCHEDULED");
        assertThat(table.get("files_count").asInt()).isEqualTo(2);
        assertThat(api.get("/jobs/" + job + "/progress")
                        .ok()
                        .at("/tables/blocks/current_block")
                        .asLong())
                .isEqualTo(19);

        JsonNode files = api.get("/files?dataset=acme/mainnet&limit=1").ok();
        assertThat(files.get("files")).hasSize(1);
        JsonNode file = files.at("/files/0");
        assertThat(file.get("table").asText()).isEqualTo("blocks");
        assertThat(file.get("location_id").asLong()).isEqualTo(revision.id());
        assertThat(file.get("object_size").asLong()).isPositive();
        assertThat(file.get("url").asText()).endsWith("acme/mainnet/blocks/one/");
        long cursor = files.get("next_cursor").asLong();
        assertThat(cursor).isEqualTo(file.get("id").asLong());
        JsonNode rest = api.get("/files?dataset=acme/mainnet@1.0.0&table=blocks&last_file_id=" + cursor)
                .ok();
        assertThat(rest.get("files")).hasSize(1);
        assertThat(rest.has("next_cursor")).isFalse();
        assertThat(api.get("/files?dataset=acme/mainnet&table=logs").ok().get("files"))
                .isEmpty();

        JsonNode one = api.get("/files/" + cursor).ok();
        assertThat(one.get("file_name").asText()).endsWith(".parquet");
        assertThat(one.get("object_e_tag").asText()).isEqualTo("\"5d41\"");
        assertThat(one.get("metadata").isObject()).isTrue();
        assertThat(one.at("/metadata/table").asText()).isEqualTo("blocks");

        assertThat(api.get("/locations/" + revision.id() + "/files").ok().get("files"))
                .hasSize(2);
        assertThat(api.get("/datasets/acme/mainnet/versions/1.0.0").ok().get("tables"))
                .hasSize(3);
    }

    @Test
    void badFileRequests() {
        api.get("/files").isError(400, "INVALID_QUERY_PARAMETERS");
        api.get("/files?dataset=A-B").isError(400, "INVALID_QUERY_PARAMETERS");
        api.get("/files?dataset=none").isError(404, "DATASET_NOT_FOUND");
        api.get("/files?dataset=none&limit=0").isError(400, "LIMIT_INVALID");
        api.get("/files?dataset=none&limit=1001").isError(400, "LIMIT_TOO_LARGE");
        api.get("/files?dataset=none&last_file_id=x").isError(400, "INVALID_QUERY_PARAMETERS");
        api.get("/files/x").isError(400, "INVALID_FILE_ID");
        api.get("/files/999999").isError(404, "FILE_NOT_FOUND");
    }

    @Test
    void locationsShowTheOlderView() {
        long job = api.deployed();
        TableRevision revision = written(job);
        JsonNode listed = api.get("/locations").ok().at("/locations/0");
        assertThat(listed.get("id").asLong()).isEqualTo(revision.id());
        assertThat(listed.get("dataset").asText()).isEqualTo("mainnet");
        assertThat(listed.get("dataset_namespace").asText()).isEqualTo("acme");
        assertThat(listed.get("dataset_version").asText()).isEqualTo("1.0.0");
        assertThat(listed.get("table").asText()).isEqualTo("blocks");
        assertThat(listed.get("url").asText()).isEqualTo(api.data.url() + "acme/mainnet/blocks/one/");
        assertThat(listed.get("active").asBoolean()).isTrue();
        assertThat(listed.get("writer").asLong()).isEqualTo(job);
        JsonNode detail = api.get("/locations/" + revision.id()).ok();
        assertThat(detail.at("/writer/id").asLong()).isEqualTo(job);
        assertThat(detail.at("/writer/descriptor/kind").asText()).isEqualTo("materialize-raw");
        assertThat(detail.get("files_count").asInt()).isEqualTo(2);
        assertThat(detail.get("total_size_bytes").asLong()).isPositive();
        long other = add("logs", "l/one");
        JsonNode first = api.get("/locations?limit=1").ok();
        assertThat(first.get("next_cursor").asLong()).isEqualTo(other);
        assertThat(first.at("/locations/0/writer").isNull()).isTrue();
        assertThat(api.get("/locations?last_location_id=" + other).ok().get("locations"))
                .hasSize(1);
        api.get("/locations?limit=0").isError(400, "LIMIT_INVALID");
        api.get("/locations/x").isError(400, "INVALID_LOCATION_ID");
        api.get("/locations/999999").isError(404, "LOCATION_NOT_FOUND");
        api.get("/locations/999999/files").isError(404, "LOCATION_NOT_FOUND");
    }

    @Test
    void aLocationIsDeletedWithItsObjectsOnceNobodyWritesIt() {
        long job = api.deployed();
        TableRevision revision = written(job);
        api.data.put("acme/mainnet/blocks/one/a.parquet", new byte[] {1});
        api.data.put("acme/mainnet/blocks/two/a.parquet", new byte[] {1});
        String location = "/locations/" + revision.id();
        api.delete(location).isError(409, "ACTIVE_LOCATION_CONFLICT");
        api.delete(location + "?force=true").isError(409, "ONGOING_JOB_CONFLICT");
        api.delete("/revisions/" + revision.id()).isError(409, "REVISION_IS_ACTIVE");
        api.delete(location + "?force=maybe").isError(400, "INVALID_QUERY_PARAMETERS");
        assertThat(api.data.list("acme/mainnet/blocks/one")).hasSize(1);
        api.move(job, JobStatus.RUNNING, JobStatus.COMPLETED);
        api.delete(location + "?force=true").isEmpty(204);
        api.delete(location).isError(404, "LOCATION_NOT_FOUND");
        assertThat(api.data.list("acme/mainnet/blocks/one")).isEmpty();
        assertThat(api.data.list("acme/mainnet/blocks/two")).hasSize(1);
    }

    @Test
    void repairForgetsFilesWhoseObjectsAreGone() {
        long job = api.deployed();
        TableRevision revision = written(job);
        String repair = "/revisions/" + revision.id() + "/repair";
        api.post(repair, null).isError(409, "WRITER_JOB_NOT_TERMINAL");
        api.move(job, JobStatus.RUNNING, JobStatus.COMPLETED);
        String first = api.get("/files?dataset=acme/mainnet")
                .ok()
                .at("/files/0/file_name")
                .asText();
        api.data.put(revision.path() + "/" + first, new byte[] {1});
        assertThat(api.post(repair, null).ok().toString()).isEqualTo("{\"rows_removed\":1}");
        assertThat(api.post(repair, null).ok().toString()).isEqualTo("{\"rows_removed\":0}");
        assertThat(api.get("/files?dataset=acme/mainnet").ok().at("/files").findValuesAsText("file_name"))
                .containsExactly(first);
        api.post("/revisions/999999/repair", null).isError(404, "REVISION_NOT_FOUND");
        api.post("/revisions/x/repair", null).isError(400, "INVALID_PATH_PARAMETERS");
    }

    @Test
    void truncateRemovesObjectsRowsAndRevision() {
        long job = api.deployed();
        TableRevision revision = written(job);
        api.data.put("acme/mainnet/blocks/one/a.parquet", new byte[] {1});
        String truncate = "/revisions/" + revision.id() + "/truncate";
        api.delete(truncate).isError(409, "REVISION_IS_ACTIVE");
        api.post("/revisions/deactivate", body("blocks")).isEmpty(200);
        api.delete(truncate).isError(409, "WRITER_JOB_NOT_TERMINAL");
        api.move(job, JobStatus.RUNNING, JobStatus.COMPLETED);
        api.delete(truncate + "?concurrency=0").isError(400, "INVALID_QUERY_PARAMETERS");
        assertThat(api.delete(truncate + "?concurrency=4").ok().toString()).isEqualTo("{\"files_deleted\":2}");
        assertThat(api.data.list("acme/mainnet/blocks/one")).isEmpty();
        api.delete(truncate).isError(404, "REVISION_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/revisions/1/restore",
                "/jobs/1/resume",
                "/datasets/acme/mainnet/versions/dev/restore",
                "/datasets/acme/mainnet/versions/dev/redump",
                "/schema"
            })
    void whatIsNotServedSaysSo(String path) {
        api.post(path, "{}").isError(501, "NOT_IMPLEMENTED");
    }
}
