package io.amp.adapters.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import io.amp.testkit.storage.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {
    @TempDir
    Path directory;

    @Override
    protected ObjectStore openEmpty() {
        return new LocalObjectStore(directory.resolve("not/there/yet"));
    }

    private Path base() {
        return directory.resolve("not/there/yet");
    }

    @Test
    void urlIsAFileUrl() {
        assertThat(store.url()).startsWith("file:///").endsWith("/not/there/yet/");
    }

    @Test
    void runningUploadIsATemporaryFileBesideItsTarget() throws IOException {
        try (ObjectUpload upload = store.upload("n/d/segment.parquet")) {
            upload.stream().write(7);
            List<String> names = names(base().resolve("n/d"));
            assertThat(names).hasSize(1);
            assertThat(names.getFirst()).matches("\\.segment\\.parquet\\.[0-9a-f-]{36}\\.tmp");
            upload.commit();
        }
        assertThat(names(base().resolve("n/d"))).containsExactly("segment.parquet");
    }

    @Test
    void leftoversOfAKilledProcessAreInvisibleAndRemovedAfterAnHour() throws IOException {
        store.put("n/d/live.bin", new byte[1]);
        Path old = Files.createFile(base().resolve("n/d/.dead.bin.0b7a.tmp"));
        Path fresh = Files.createFile(base().resolve("n/d/.live.bin.77aa.tmp"));
        Instant now = Instant.now();
        Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofMinutes(61))));

        assertThat(store.list("")).hasSize(1);
        assertThat(store.discardStaleUploads("n", now.minus(Duration.ofHours(1))))
                .isEqualTo(1);
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void dotFilesAndDotDirectoriesAreNoObjects() throws IOException {
        store.put("a.bin", new byte[1]);
        Files.writeString(base().resolve(".DS_Store"), "x");
        Files.createDirectories(base().resolve(".git/objects"));
        Files.writeString(base().resolve(".git/objects/x"), "x");
        Files.createDirectories(base().resolve("empty/nested"));

        assertThat(store.list("")).hasSize(1);
        assertThat(store.listDirectories("")).isEmpty();
    }

    @Test
    void aFileWhereADirectoryIsNeededIsAnError() {
        store.put("a", new byte[1]);

        assertThatThrownBy(() -> store.put("a/b", new byte[1]))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.OBJECT_STORE_UNAVAILABLE))
                .hasMessageContaining("'a/b'")
                .hasMessageNotContaining(directory.toString());
    }

    @Test
    void localFileIsTheObjectItself() {
        store.put("n/a.bin", new byte[1]);

        assertThat(store.localFile("n/a.bin")).contains(base().resolve("n/a.bin"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
