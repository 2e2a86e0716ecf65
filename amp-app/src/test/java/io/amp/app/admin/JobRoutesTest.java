package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.adapters.http.admin.AdminSettings;
import io.amp.adapters.http.admin.ClientProfile;
import io.amp.adapters.http.admin.StatusStyle;
import io.amp.app.admin.AdminApi.Answer;
import io.amp.ports.job.JobStatus;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deploying and {@code /jobs} (Admin API specification, sections 7.1, 8, 9, 16, 18, 19; vectors 2 to 5, 11 to 18, 24, 25, 35). */
@Timeout(60)
class JobRoutesTest {
    private static final String VERSION = "/datasets/acme/mainnet/versions/1.0.0";
    private static final String DEPLOY = VERSION + "/deploy";

    private final AdminApi api = new AdminApi();

    @AfterEach
    void close() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, LIMIT_INVALID",
        "limit=1001, LIMIT_TOO_LARGE",
        "limit=x, INVALID_QUERY_PARAMETERS",
        "limit=-1, INVALID_QUERY_PARAMETERS",
        "limit=1.5, INVALID_QUERY_PARAMETERS",
        "limit=, INVALID_QUERY_PARAMETERS",
        "last_job_id=x, INVALID_QUERY_PARAMETERS",
        "last_job_id=0, INVALID_QUERY_PARAMETERS",
        "status=sleeping, INVALID_QUERY_PARAMETERS",
        "'status=running,,stopped', INVALID_QUERY_PARAMETERS"
    })
    void badListParametersAreRefused(String query, String code) {
        api.get("/jobs?" + query).isError(400, code);
    }

    @Test
    void aLimitOutOfRangeIsNamedWithItsBound() {
        assertThat(api.get("/jobs?limit=1001").text()).contains("1001", "1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "abc", "1.0", "9223372036854775808", "99999999999999999999"})
    void badJobIdsAreInvalid(String id) {
        api.get("/jobs/" + id).isError(400, "INVALID_JOB_ID");
        api.delete("/jobs/" + id).isError(400, "INVALID_JOB_ID");
        api.send("PUT", "/jobs/" + id + "/stop", null).isError(400, "INVALID_JOB_ID");
        api.get("/jobs/" + id + "/progress").isError(400, "INVALID_JOB_ID");
        api.get("/jobs/" + id + "/events").isError(400, "INVALID_JOB_ID");
    }

    @Test
    void unknownJobs() {
        api.get("/jobs/999999").isError(404, "JOB_NOT_FOUND");
        api.get("/jobs/999999/progress").isError(404, "JOB_NOT_FOUND");
        api.get("/jobs/999999/events").isError(404, "JOB_NOT_FOUND");
        api.get("/jobs/999999/events/1").isError(404, "JOB_NOT_FOUND");
        api.send("PUT", "/jobs/999999/stop", null).isError(404, "JOB_NOT_FOUND");
        api.delete("/jobs/999999").isEmpty(204);
    }

    @Test
    void aJobHasTheFieldsOfTheSpecification() {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.startWorker();
        long id = api.deploy("{\"end_block\":20000000,\"parallelism\":4}");
        JsonNode job = api.get("/jobs/" + id).ok();
        List<String> names = new ArrayList<>();
        job.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "id", "created_at", "updated_at", "node_id", "status", "status_detail", "descriptor");
        assertThat(job.get("id").asLong()).isEqualTo(id);
        assertThat(job.get("node_id").asText()).isEqualTo(AdminApi.WORKER);
        assertThat(job.get("status").asText()).isEqualTo("SCHEDULED");
        assertThat(OffsetDateTime.parse(job.get("created_at").asText())).isNotNull();
        JsonNode descriptor = job.get("descriptor");
        assertThat(descriptor.get("kind").asText()).isEqualTo("materialize-raw");
        assertThat(descriptor.get("end_block").textValue()).isEqualTo("20000000");
        assertThat(descriptor.get("max_writers").asInt()).isEqualTo(4);
        assertThat(descriptor.get("dataset_namespace").asText()).isEqualTo("acme");
        assertThat(descriptor.get("dataset_name").asText()).isEqualTo("mainnet");
        assertThat(descriptor.get("manifest_hash").asText()).matches("[0-9a-f]{64}");
        assertThat(descriptor.get("verify").isBoolean()).isTrue();
    }

    @Test
    void deployingAgainIsTheSameJob() {
        long id = api.deployed();
        assertThat(api.deploy("{\"end_block\":\"100\"}")).isEqualTo(id);
        assertThat(api.deploy("{\"end_block\":100,\"ignored\":true}")).isEqualTo(id);
        Answer other = api.post(DEPLOY, "{\"end_block\":\"200\"}");
        other.isError(409, "ACTIVE_JOB_CONFLICT");
        assertThat(other.text()).contains(Long.toString(id));
        assertThat(api.get("/jobs?status=all").ok().get("jobs")).hasSize(1);
    }

    @Test
    void deployingAgainNeedsNoWorker() {
        long id = api.deployed();
        api.killWorker();
        assertThat(api.post(DEPLOY, "{\"end_block\":\"100\"}")
                        .json()
                        .get("job_id")
                        .asLong())
                .isEqualTo(id);
    }

    @Test
    void anEndedJobIsScheduledAgainUnderItsId() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.COMPLETED);
        assertThat(api.deploy("{\"end_block\":\"200\"}")).isEqualTo(id);
        assertThat(api.get("/jobs/" + id).ok().at("/descriptor/end_block").asText())
                .isEqualTo("200");
    }

    @Test
    void aJobThatIsStoppingRefusesADeploy() {
        long id = api.deployed();
        api.send("PUT", "/jobs/" + id + "/stop", null).isEmpty(200);
        api.beat();
        api.post(DEPLOY, "{\"end_block\":\"100\"}").isError(409, "ACTIVE_JOB_CONFLICT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"end_block\":\"soon\"}",
                "{\"end_block\":1.5}",
                "{\"end_block\":true}",
                "{\"end_block\":\"\"}",
                "{\"end_block\":\" 5\"}",
                "{\"end_block\":\"+5\"}",
                "{\"end_block\":99999999999999999999}",
                "{\"end_block\":[1]}",
                "{\"parallelism\":0}",
                "{\"parallelism\":65536}",
                "{\"parallelism\":-1}",
                "{\"parallelism\":\"4\"}",
                "{\"parallelism\":1.5}",
                "{\"worker_id\":\"1abc\"}",
                "{\"worker_id\":\"\"}",
                "{\"worker_id\":\"a b\"}",
                "{\"worker_id\":\"a*b\"}",
                "{\"worker_id\":7}",
                "{\"verify\":\"yes\"}",
                "{\"verify\":1}",
                "[]",
                "{",
                "5"
            })
    void badDeploysAreRefused(String body) {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.startWorker();
        api.post(DEPLOY, body).isError(400, "INVALID_BODY");
        assertThat(api.get("/jobs?status=all").ok().get("jobs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|null",
                "{}|null",
                "{\"end_block\":null,\"parallelism\":null,\"worker_id\":null,\"verify\":null}|null",
                "{\"end_block\":\"latest\"}|\"latest\"",
                "{\"end_block\":\"-100\"}|\"-100\"",
                "{\"end_block\":-100}|\"-100\"",
                "{\"end_block\":0}|\"0\"",
                "{\"end_block\":5,\"worker_id\":\"worker-*\"}|\"5\"",
                "{\"end_block\":5,\"worker_id\":\"*\",\"verify\":\"partial\"}|\"5\""
            })
    void goodDeploysAreAccepted(String body, String endBlock) {
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.startWorker();
        long id = api.deploy(body == null ? "" : body);
        assertThat(api.get("/jobs/" + id).ok().at("/descriptor/end_block").toString())
                .isEqualTo(endBlock);
    }

    @Test
    void deployingNeedsDatasetAndWorker() {
        api.post("/datasets/acme/BAD/versions/dev/deploy", "{}").isError(400, "INVALID_PATH");
        api.post(DEPLOY, "{}").isError(404, "DATASET_NOT_FOUND");
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.post(DEPLOY, "{}").isError(500, "SCHEDULER_ERROR");
        api.startWorker();
        api.post(DEPLOY, "{\"worker_id\":\"ghost\"}").isError(400, "WORKER_NOT_AVAILABLE");
        api.post(DEPLOY, "{\"worker_id\":\"eu-*\"}").isError(400, "WORKER_NOT_AVAILABLE");
    }

    @Test
    void onlyEvmRpcIsVerified() {
        api.startWorker();
        api.register("acme", "mainnet", "1.0.0", "{\"kind\":\"firehose\",\"network\":\"mainnet\"}");
        api.beat();
        api.post(DEPLOY, "{\"verify\":true}").isError(400, "INVALID_BODY");
    }

    @Test
    void stoppingFollowsTheStates() {
        long id = api.deployed();
        api.post("/jobs/" + id + "/stop", null).isEmpty(200);
        assertThat(status(id)).isEqualTo("STOP_REQUESTED");
        api.send("PUT", "/jobs/" + id + "/stop", null).isEmpty(200);
        assertThat(status(id)).isEqualTo("STOP_REQUESTED");
    }

    @ParameterizedTest
    @CsvSource({"COMPLETED, COMPLETED", "FATAL, FATAL", "ERROR, STOPPED"})
    void stoppingAnEndedJob(JobStatus ended, String after) {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, ended);
        api.send("PUT", "/jobs/" + id + "/stop", null).isEmpty(200);
        assertThat(status(id)).isEqualTo(after);
        api.killWorker();
        assertThat(api.metadata.jobs().rescheduleDue()).isEmpty();
    }

    private String status(long id) {
        return api.get("/jobs/" + id).ok().get("status").asText();
    }

    @Test
    void activeJobsAreNotDeleted() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING);
        api.delete("/jobs/" + id).isError(409, "JOB_CONFLICT");
        api.send("DELETE", "/jobs", "{\"job_ids\":[" + id + ",999999]}").isError(409, "JOB_CONFLICT");
        api.move(id, JobStatus.COMPLETED);
        api.delete("/jobs/" + id).isEmpty(204);
        api.get("/jobs/" + id).isError(404, "JOB_NOT_FOUND");
    }

    @Test
    void manyJobsAreDeletedByStateOrId() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.FATAL);
        api.delete("/jobs?status=completed").isEmpty(204);
        assertThat(status(id)).isEqualTo("FATAL");
        api.delete("/jobs?status=Failed").isEmpty(204);
        api.get("/jobs/" + id).isError(404, "JOB_NOT_FOUND");
        api.delete("/jobs?status=running").isError(400, "INVALID_QUERY_PARAM");
        api.send("DELETE", "/jobs", "{\"job_ids\":[]}").isEmpty(204);
        for (String body : List.of("{\"job_ids\":[0]}", "{\"job_ids\":\"1\"}", "{}", "[1]", "{")) {
            api.send("DELETE", "/jobs", body).isError(400, "INVALID_QUERY_PARAM");
        }
    }

    @Test
    void aLostListOfIdsDeletesNothing() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.COMPLETED);
        api.send("DELETE", "/jobs", null, "Content-Type", "application/json").isError(400, "INVALID_QUERY_PARAM");
        api.send("DELETE", "/jobs", null, "User-Agent", "python-httpx/0.27.0").isError(400, "INVALID_QUERY_PARAM");
        assertThat(status(id)).isEqualTo("COMPLETED");
        api.delete("/jobs").isEmpty(204);
        api.get("/jobs/" + id).isError(404, "JOB_NOT_FOUND");
    }

    @Test
    void theListIsPagedByKey() {
        api.startWorker();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(i));
            ids.addFirst(api.deploy("{}"));
        }
        JsonNode first = api.get("/jobs?limit=2").ok();
        assertThat(ids(first)).isEqualTo(ids.subList(0, 2));
        assertThat(first.get("next_cursor").asLong()).isEqualTo(ids.get(1));
        JsonNode second = api.get("/jobs?limit=2&last_job_id=" + ids.get(1)).ok();
        assertThat(ids(second)).isEqualTo(ids.subList(2, 3));
        assertThat(second.has("next_cursor")).isFalse();
        assertThat(ids(api.get("/jobs?limit=3").ok())).isEqualTo(ids);
        assertThat(ids(api.get("/jobs?last_job_id=" + Long.MAX_VALUE).ok())).isEqualTo(ids);
    }

    private static List<Long> ids(JsonNode list) {
        List<Long> ids = new ArrayList<>();
        list.get("jobs").forEach(job -> ids.add(job.get("id").asLong()));
        return ids;
    }

    @Test
    void theListIsFilteredByState() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.ERROR);
        for (String hit : List.of("all", "error", "FAILED", "terminal", "%20running,%20Error%20", "active,error")) {
            assertThat(ids(api.get("/jobs?status=" + hit).ok())).as(hit).containsExactly(id);
        }
        for (String miss : List.of("active", "fatal", "complete", "stop_requested", "unknown")) {
            assertThat(ids(api.get("/jobs?status=" + miss).ok())).as(miss).isEmpty();
        }
        assertThat(ids(api.get("/jobs").ok())).isEmpty();
        assertThat(ids(api.get("/jobs", "User-Agent", "python-httpx/0.27.0").ok()))
                .containsExactly(id);
    }

    @ParameterizedTest
    @CsvSource({
        "User-Agent, python-httpx/0.27.0, Failed, Failed",
        "User-Agent, node, FAILED, FATAL",
        "User-Agent, Undici/6, FAILED, FATAL",
        "User-Agent, Mozilla/5.0, FAILED, FATAL",
        "User-Agent, curl/8.5.0, FATAL, FATAL",
        "Amp-Client-Profile, current, FATAL, FATAL",
        "Amp-Client-Profile, TypeScript, FAILED, FATAL",
        "Amp-Client-Profile, other, FATAL, FATAL"
    })
    void statesAreSpelledForTheClient(String header, String value, String word, String versionJobsWord) {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.FATAL);
        Answer answer = api.get("/jobs/" + id, header, value);
        assertThat(answer.ok().get("status").asText()).isEqualTo(word);
        assertThat(answer.json().get("status_detail").asText()).isEqualTo("FATAL");
        assertThat(answer.header("Vary")).contains("Amp-Client-Profile", "User-Agent");
        assertThat(api.get("/jobs/" + id + "/progress", header, value)
                        .ok()
                        .get("job_status")
                        .asText())
                .isEqualTo(word);
        assertThat(api.get(VERSION + "/jobs", header, value)
                        .ok()
                        .at("/jobs/0/status")
                        .asText())
                .isEqualTo(versionJobsWord);
    }

    @Test
    void theConfigurationChoosesProfileAndSpelling() {
        try (var python = new AdminApi(new AdminSettings(1024 * 1024, ClientProfile.PYTHON, null), Set.of())) {
            long id = python.deployed();
            assertThat(python.get("/jobs/" + id, "User-Agent", "node")
                            .ok()
                            .get("status")
                            .asText())
                    .isEqualTo("Scheduled");
        }
        try (var legacy = new AdminApi(new AdminSettings(1024 * 1024, null, StatusStyle.LEGACY), Set.of())) {
            long id = legacy.deployed();
            legacy.move(id, JobStatus.RUNNING, JobStatus.FATAL);
            assertThat(legacy.get("/jobs/" + id, "User-Agent", "python-httpx/1")
                            .ok()
                            .get("status")
                            .asText())
                    .isEqualTo("FAILED");
        }
    }

    @Test
    void eventsTellTheJobsStory() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.FATAL);
        JsonNode events = api.get("/jobs/" + id + "/events").ok();
        assertThat(events.get("job_id").asLong()).isEqualTo(id);
        assertThat(events.get("events").findValuesAsText("event_type"))
                .containsExactly("SCHEDULED", "RUNNING", "FATAL");
        assertThat(events.get("events").findValues("detail")).isEmpty();
        JsonNode scheduled = api.get(
                        "/jobs/" + id + "/events/" + events.at("/events/0/id").asLong())
                .ok();
        assertThat(scheduled.at("/detail/kind").asText()).isEqualTo("materialize-raw");
        assertThat(scheduled.get("job_id").asLong()).isEqualTo(id);
        JsonNode fatal = api.get(
                        "/jobs/" + id + "/events/" + events.at("/events/2/id").asLong())
                .ok();
        assertThat(fatal.get("detail").toString())
                .isEqualTo("{\"error_code\":\"PARTITION_TASK\",\"error_message\":\"a partition failed\","
                        + "\"error_context\":{\"attempt_index\":2}}");
        api.get("/jobs/" + id + "/events/999999").isError(404, "EVENT_NOT_FOUND");
        api.get("/jobs/" + id + "/events/x").isError(400, "INVALID_JOB_ID");
        assertThat(api.get("/jobs/" + id + "/progress")
                        .ok()
                        .at("/detail/error_code")
                        .asText())
                .isEqualTo("PARTITION_TASK");
    }

    @Test
    void progressOfNothing() {
        long id = api.deployed();
        assertThat(api.get("/jobs/" + id + "/progress").ok().toString())
                .isEqualTo("{\"job_id\":" + id
                        + ",\"job_status\":\"SCHEDULED\",\"job_status_detail\":\"SCHEDULED\",\"tables\":{}}");
        JsonNode sync = api.get(VERSION + "/sync-progress").ok();
        assertThat(sync.get("revision").asText()).isEqualTo("1.0.0");
        assertThat(sync.get("dataset_namespace").asText()).isEqualTo("acme");
        assertThat(sync.get("tables").toString())
                .isEqualTo("[{\"table_name\":\"blocks\",\"files_count\":0,\"total_size_bytes\":0},"
                        + "{\"table_name\":\"logs\",\"files_count\":0,\"total_size_bytes\":0},"
                        + "{\"table_name\":\"transactions\",\"files_count\":0,\"total_size_bytes\":0}]");
        assertThat(api.get(VERSION + "/progress").text()).isEqualTo(sync.toString());
        api.get(VERSION + "/tables/logs/progress").ok();
        api.get(VERSION + "/tables/none/progress").isError(404, "TABLE_NOT_FOUND");
        api.get("/datasets/acme/BAD/versions/dev/sync-progress").isError(400, "INVALID_PATH_PARAMS");
        api.get("/datasets/acme/none/versions/dev/sync-progress").isError(404, "DATASET_NOT_FOUND");
    }

    @Test
    void jobsOfAVersionAreListedOnce() {
        long id = api.deployed();
        api.move(id, JobStatus.RUNNING, JobStatus.COMPLETED);
        api.deploy("{\"end_block\":\"200\"}");
        assertThat(ids(api.get(VERSION + "/jobs").ok())).containsExactly(id);
        api.get("/datasets/acme/none/versions/dev/jobs").isError(404, "DATASET_NOT_FOUND");
    }

    @Test
    void theOlderDumpAnswers200AndTheRunningJob() {
        api.register("_", "eth_mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.startWorker();
        Answer deployed =
                api.post("/datasets/_/eth_mainnet/versions/1.0.0/deploy", "{\"end_block\":1000,\"parallelism\":4}");
        long id = deployed.json().get("job_id").asLong();
        for (String path : List.of(
                "/datasets/eth_mainnet/dump",
                "/datasets/eth_mainnet/versions/1.0.0/dump",
                "/datasets/eth_mainnet/versions/1_0_0/dump",
                "/datasets/_/eth_mainnet/dump")) {
            assertThat(api.post(path, "{\"end_block\":1000}").ok().toString()).isEqualTo("{\"job_id\":" + id + "}");
            api.post(path, "{\"end_block\":1001}").isError(409, "ACTIVE_JOB_CONFLICT");
            api.post(path, "{\"end_block\":\"soon\"}").isError(400, "INVALID_BODY");
        }
        api.post("/datasets/Bad/dump", "{}").isError(400, "INVALID_SELECTOR");
        api.post("/datasets/nosuch/dump", "{}").isError(404, "DATASET_NOT_FOUND");
    }

    @Test
    void workersAreListedWithTheirLoad() {
        api.deployed();
        JsonNode worker = api.get("/workers").ok().at("/workers/0");
        assertThat(worker.get("node_id").asText()).isEqualTo(AdminApi.WORKER);
        assertThat(worker.get("active").asBoolean()).isTrue();
        assertThat(worker.get("jobs").asInt()).isEqualTo(1);
        JsonNode detail = api.get("/workers/" + AdminApi.WORKER).ok();
        assertThat(detail.get("info").toString())
                .isEqualTo("{\"version\":\"1.4.0\",\"commit_sha\":\"unknown\",\"commit_timestamp\":\"unknown\","
                        + "\"build_date\":\"unknown\"}");
        for (String time : List.of("created_at", "registered_at", "heartbeat_at")) {
            assertThat(OffsetDateTime.parse(detail.get(time).asText())).isNotNull();
        }
        api.killWorker();
        assertThat(api.get("/workers").ok().at("/workers/0/active").asBoolean()).isFalse();
        api.get("/workers/1bad").isError(400, "INVALID_WORKER_ID");
        api.get("/workers/ghost").isError(404, "WORKER_NOT_FOUND");
    }
}
