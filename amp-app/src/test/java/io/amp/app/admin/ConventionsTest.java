package io.amp.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amp.adapters.http.admin.AdminSettings;
import io.amp.app.admin.AdminApi.Answer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What all routes share (Admin API specification, section 1; vectors 1, 27). */
@Timeout(60)
class ConventionsTest {
    private final AdminApi api = new AdminApi();

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void healthzIsEmpty() {
        api.get("/healthz").isEmpty(200);
    }

    @Test
    void healthIsPlainText() {
        Answer answer = api.get("/health");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("OK");
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
    }

    @Test
    void readySaysWhyNot() {
        assertThat(api.get("/ready").text()).isEqualTo("OK");
        api.problem = Optional.of("No active workers available");
        Answer answer = api.get("/ready");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("No active workers available");
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
    }

    @Test
    void preflightIsOpen() {
        Answer answer = api.send(
                "OPTIONS",
                "/jobs",
                null,
                "Origin",
                "http://localhost:3000",
                "Access-Control-Request-Method",
                "DELETE",
                "Access-Control-Request-Headers",
                "authorization,content-type");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("*");
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("authorization,content-type");
        assertThat(api.get("/jobs", "Origin", "http://x").header("Access-Control-Allow-Origin"))
                .isEqualTo("*");
    }

    @Test
    void unknownRoutesAndMethodsAnswerInTheEnvelope() {
        api.get("/nothing").isError(404, "NOT_FOUND");
        api.get("/datasets/a/b/c/d").isError(404, "NOT_FOUND");
        Answer wrong = api.send("PATCH", "/jobs", "{}");
        wrong.isError(405, "METHOD_NOT_ALLOWED");
        assertThat(wrong.header("Allow")).contains("GET", "DELETE");
    }

    @Test
    void aSlashAtTheEndIsTheSameRoute() {
        api.get("/jobs/").ok();
    }

    @ParameterizedTest
    @CsvSource({"application/json;charset=utf-8", "text/plain", "application/x-www-form-urlencoded"})
    void anyContentTypeWillDoWhenTheBodyIsJson(String type) {
        Answer answer = api.post("/manifests", AdminApi.rawManifest(0), "Content-Type", type);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/datasets|INVALID_PAYLOAD_FORMAT",
                "/manifests|INVALID_MANIFEST",
                "/providers|INVALID_REQUEST_BODY",
                "/revisions|INVALID_PAYLOAD_FORMAT",
                "/revisions/1/activate|INVALID_PAYLOAD_FORMAT",
                "/revisions/deactivate|INVALID_PAYLOAD_FORMAT"
            })
    void badJsonHasTheCodeOfTheRoute(String path, String code) {
        for (String body : List.of("{", "[]", "", "\"x\"", "{\"a\":1,\"a\":2}x")) {
            Answer answer = api.post(path, body);
            assertThat(answer.status()).as("%s %s", path, body).isEqualTo(400);
            assertThat(answer.json().get("error_code").asText())
                    .as("%s %s", path, body)
                    .isIn(code, path.equals("/manifests") ? "INVALID_PAYLOAD_FORMAT" : code);
        }
    }

    @Test
    void longBodiesAreRefusedAtOnce() {
        String long2 = "{\"x\":\"" + "y".repeat(2 * 1024 * 1024) + "\"}";
        api.post("/providers", long2).isError(413, "PAYLOAD_TOO_LARGE");
        api.post("/datasets/_/x/dump", long2).isError(404, "DATASET_NOT_FOUND");
        api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.post("/datasets/acme/mainnet/versions/1.0.0/deploy", long2).isError(413, "PAYLOAD_TOO_LARGE");
        api.post("/datasets", long2).isError(400, "INVALID_PAYLOAD_FORMAT");
        String long33 = "{\"x\":\"" + "y".repeat(33 * 1024 * 1024) + "\"}";
        api.post("/datasets", long33).isError(413, "PAYLOAD_TOO_LARGE");
        api.post("/manifests", long33).isError(413, "PAYLOAD_TOO_LARGE");
    }

    @Test
    void aTokenGuardsAllButHealth() {
        try (var guarded = new AdminApi(AdminSettings.DEFAULT, Set.of("s3cret"))) {
            guarded.get("/healthz").isEmpty(200);
            assertThat(guarded.get("/ready").status()).isEqualTo(200);
            guarded.get("/jobs").isError(401, "UNAUTHORIZED");
            guarded.get("/jobs", "Authorization", "Bearer wrong").isError(401, "UNAUTHORIZED");
            guarded.get("/jobs", "Authorization", "Bearer s3cret").ok();
        }
    }

    @Test
    void aTokenIsIgnoredWhereNoneIsAsked() {
        api.get("/jobs", "Authorization", "Bearer anything").ok();
    }

    @Test
    void answersAreNeitherGuessedAtNorKept() {
        Answer answer = api.get("/jobs");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void changesAreAuditedWithoutTheirBodies() {
        var lines = new ListAppender<ILoggingEvent>();
        var audit = (Logger) LoggerFactory.getLogger("io.amp.audit");
        lines.start();
        Level usual = audit.getLevel();
        audit.setLevel(Level.INFO);
        audit.addAppender(lines);
        try {
            api.post("/providers", "{\"name\":\"p\",\"kind\":\"s3cret\",\"token\":\"s3cret\"}");
            api.delete("/providers/p");
            api.get("/providers");
        } finally {
            audit.detachAppender(lines);
            audit.setLevel(usual);
        }
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
                .hasSize(2)
                .noneMatch(line -> line.contains("s3cret"))
                .satisfiesExactly(
                        refused -> assertThat(refused)
                                .matches(
                                        "POST /providers from 127\\.0\\.0\\.1 answered 400 INVALID_REQUEST_BODY in \\d+ ms"),
                        done -> assertThat(done)
                                .matches("DELETE /providers/p from 127\\.0\\.0\\.1 answered 204 OK in \\d+ ms"));
    }

    @Test
    void aLostDatabaseHasTheCodeOfTheRoute() {
        String hash = api.register("acme", "mainnet", "1.0.0", AdminApi.rawManifest(0));
        api.metadata.disconnect();
        String version = "/datasets/acme/mainnet/versions/1.0.0";
        api.get("/datasets").isError(500, "LIST_ALL_DATASETS_ERROR");
        api.post("/datasets", "{\"name\":\"x\",\"manifest\":" + AdminApi.rawManifest(7) + "}")
                .isError(500, "MANIFEST_REGISTRATION_ERROR");
        api.get("/datasets/acme/mainnet/versions").isError(500, "LIST_VERSION_TAGS_ERROR");
        api.delete("/datasets/acme/mainnet").isError(500, "UNLINK_DATASET_MANIFESTS_ERROR");
        api.delete(version).isError(500, "DELETE_VERSION_TAG_ERROR");
        for (String route : List.of("", "/manifest", "/schema", "/jobs", "/sync-progress")) {
            api.get(version + route).isError(500, "RESOLVE_REVISION_ERROR");
        }
        api.post(version + "/deploy", "{}").isError(500, "RESOLVE_REVISION_ERROR");
        api.get("/jobs").isError(500, "LIST_JOBS_ERROR");
        api.get("/jobs/1").isError(500, "GET_JOB_ERROR");
        api.delete("/jobs/1").isError(500, "DELETE_JOB_ERROR");
        api.delete("/jobs?status=stopped").isError(500, "DELETE_JOBS_BY_STATUS_ERROR");
        api.send("PUT", "/jobs/1/stop", null).isError(500, "STOP_JOB_ERROR");
        api.get("/manifests").isError(500, "LIST_ALL_MANIFESTS_ERROR");
        api.delete("/manifests").isError(500, "LIST_ORPHANED_MANIFESTS_ERROR");
        api.get("/manifests/" + hash).isError(500, "MANIFEST_OBJECT_STORE_ERROR");
        api.delete("/manifests/" + hash).isError(500, "MANIFEST_DELETE_METADATA_DB_ERROR");
        api.get("/manifests/" + hash + "/datasets").isError(500, "LIST_DATASET_TAGS_ERROR");
        api.get("/workers").isError(500, "SCHEDULER_LIST_WORKERS_ERROR");
        api.get("/workers/w").isError(500, "SCHEDULER_GET_WORKER_ERROR");
        api.get("/revisions").isError(500, "LIST_ALL_TABLE_REVISIONS_ERROR");
        api.get("/revisions/1").isError(500, "GET_REVISION_BY_LOCATION_ID_ERROR");
        api.get("/locations").isError(500, "METADATA_DB_ERROR");
        api.get("/files/1").isError(500, "METADATA_DB_ERROR");
        api.metadata.reconnect();
        api.get("/datasets").ok();
    }
}
