package io.amp.adapters.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.runtime.WallClock;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoresTest {
    private static final Map<String, String> KEYS =
            Map.of("AWS_ACCESS_KEY_ID", "AKIA", "AWS_SECRET_ACCESS_KEY", "hush");

    @Test
    void pathsAndFileUrlsAreLocal(@TempDir Path directory) {
        for (String location : new String[] {
            directory + "/data", directory + "/data/", "file://" + directory + "/data", "FILE://" + directory + "/data/"
        }) {
            try (ObjectStore store = open(location, Map.of())) {
                store.put("a.bin", new byte[] {1});
                assertThat(store.localFile("a.bin")).contains(directory.resolve("data/a.bin"));
            }
        }
        try (ObjectStore store = open("file://" + directory + "/with%20space", Map.of())) {
            store.put("a.bin", new byte[] {1});
            assertThat(directory.resolve("with space/a.bin")).exists();
        }
    }

    @Test
    void aTextThatIsNoUrlIsAPath() {
        assertThat(open("data", Map.of()).url())
                .isEqualTo(Path.of("data").toAbsolutePath().toUri() + "/");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket, s3://bucket/",
        "s3://bucket/, s3://bucket/",
        "S3A://bucket/a/b, s3://bucket/a/b/",
        "s3://bucket/a/b/, s3://bucket/a/b/",
        "memory://, memory:///"
    })
    void urlsAreNormalised(String location, String url) {
        assertThat(open(location, KEYS).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({"http://host/x, http", "HTTPS://host/x, https", "ftp://host/x, ftp", "hdfs://nn/x, hdfs"})
    void otherSchemesAreRefusedByName(String location, String scheme) {
        refused(location, KEYS).hasMessageContaining("unsupported object store scheme '" + scheme + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gs://bucket/x", "az://c/x", "azure://c", "adl://c", "abfs://c", "abfss://c"})
    void cloudsOfOtherVendorsAreNotInThisBuild(String location) {
        refused(location, KEYS).hasMessageContaining("not supported by this build");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "s3://",
                "s3:///x",
                "s3://key:hush@bucket/x",
                "s3://bucket/a/../b",
                "file://host/x",
                "file://"
            })
    void brokenLocationsAreRefused(String location) {
        refused(location, KEYS).hasMessageNotContaining("hush");
    }

    @Test
    void anUnencryptedEndpointNeedsPermission() {
        refused("s3://b", Map.of("AWS_ENDPOINT", "http://minio:9000")).hasMessageContaining("AWS_ALLOW_HTTP");
        open(
                        "s3://b",
                        Map.of(
                                "AWS_ENDPOINT",
                                "http://minio:9000",
                                "AWS_ALLOW_HTTP",
                                "TRUE",
                                "AWS_SKIP_SIGNATURE",
                                "true"))
                .close();
    }

    @Test
    void badSettingsAreNamed() {
        refused("s3://b", Map.of("AWS_ENDPOINT", "minio:9000")).hasMessageContaining("AWS_ENDPOINT");
        refused("s3://b", Map.of("AWS_ACCESS_KEY_ID", "AKIA")).hasMessageContaining("AWS_SECRET_ACCESS_KEY");
        refused("s3://b", Map.of("AWS_SKIP_SIGNATURE", "perhaps")).hasMessageContaining("AWS_SKIP_SIGNATURE");
        refused("s3://b", Map.of("AWS_ENDPOINT", "https://a:hush@minio")).hasMessageNotContaining("hush");
    }

    @Test
    void settingsComeFromTheEnvironment() {
        S3Settings plain = S3Settings.of(Map.of());
        assertThat(plain.region()).isEqualTo("us-east-1");
        assertThat(plain.endpoint()).hasToString("https://s3.us-east-1.amazonaws.com");
        assertThat(plain.keys()).isNull();
        assertThat(plain.virtualHosted()).isFalse();
        assertThat(plain.anonymous()).isFalse();

        S3Settings full = S3Settings.of(Map.of(
                "AWS_ACCESS_KEY_ID", "AKIA",
                "AWS_SECRET_ACCESS_KEY", "hush",
                "AWS_SESSION_TOKEN", "token",
                "AWS_REGION", "eu-west-1",
                "AWS_ENDPOINT_URL_S3", "https://s3.example.org",
                "AWS_ENDPOINT_URL", "https://all.example.org",
                "AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true",
                "AWS_SKIP_SIGNATURE", "1"));
        assertThat(full.keys()).isEqualTo(new S3Settings.Keys("AKIA", "hush", "token"));
        assertThat(full.region()).isEqualTo("eu-west-1");
        assertThat(full.endpoint()).hasToString("https://all.example.org");
        assertThat(full.virtualHosted()).isTrue();
        assertThat(full.anonymous()).isTrue();
        assertThat(full.toString()).doesNotContain("hush", "AKIA", "token");
    }

    private static ObjectStore open(String location, Map<String, String> environment) {
        return new ObjectStores(environment, new WallClock()).open(location);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(
            String location, Map<String, String> environment) {
        return assertThatThrownBy(() -> open(location, environment))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.INVALID_LOCATION));
    }
}
