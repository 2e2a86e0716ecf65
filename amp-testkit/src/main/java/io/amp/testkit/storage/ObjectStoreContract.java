package io.amp.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.ObjectUpload;
import io.amp.ports.storage.StorageError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ObjectStore} does. */
public abstract class ObjectStoreContract {
    private static final long SEED = Long.getLong("amp.seed", 20_261_125L);
    private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(1);

    /** The store under test, empty before each test. */
    protected ObjectStore store;

    /** A store without any object. */
    protected abstract ObjectStore openEmpty();

    @BeforeEach
    void open() {
        store = openEmpty();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void urlEndsWithASlash() {
        assertThat(store.url()).endsWith("/");
    }

    @Test
    void writtenBytesAreReadBack() {
        ObjectInfo written = store.put("a/b/c.bin", bytes("content"));

        assertThat(store.read("a/b/c.bin")).isEqualTo(bytes("content"));
        assertThat(written.path()).isEqualTo("a/b/c.bin");
        assertThat(written.size()).isEqualTo(7);
        assertThat(written.etag()).isNotBlank();
        assertThat(written.lastModified())
                .isBetween(Instant.now().minus(CLOCK_SKEW_MAX), Instant.now().plus(CLOCK_SKEW_MAX));
    }

    @Test
    void headAndListTellWhatTheWriteTold() {
        ObjectInfo written = store.put("a/b.bin", bytes("content"));

        for (ObjectInfo seen :
                List.of(store.head("a/b.bin").orElseThrow(), store.list("").getFirst())) {
            assertThat(seen.path()).isEqualTo(written.path());
            assertThat(seen.size()).isEqualTo(written.size());
            assertThat(seen.etag()).isEqualTo(written.etag());
        }
    }

    @Test
    void writeReplaces() {
        ObjectInfo first = store.put("a.bin", bytes("one"));
        ObjectInfo second = store.put("a.bin", bytes("two and more"));

        assertThat(store.read("a.bin")).isEqualTo(bytes("two and more"));
        assertThat(second.etag()).isNotEqualTo(first.etag());
        assertThat(store.list("")).hasSize(1);
    }

    @Test
    void emptyObjectsAreObjects() {
        store.put("empty.bin", new byte[0]);

        assertThat(store.read("empty.bin")).isEmpty();
        assertThat(store.read("empty.bin", 0, 10)).isEmpty();
        assertThat(store.head("empty.bin").orElseThrow().size()).isZero();
    }

    @Test
    void createOnlyLeavesAnExistingObjectAlone() {
        Optional<ObjectInfo> first = store.putIfAbsent("a.bin", bytes("first"));
        Optional<ObjectInfo> second = store.putIfAbsent("a.bin", bytes("second"));

        assertThat(first).isPresent();
        assertThat(second).isEmpty();
        assertThat(store.read("a.bin")).isEqualTo(bytes("first"));
    }

    @Test
    void ofManyCreatorsExactlyOneWins() throws Exception {
        int creators = 8;
        CountDownLatch together = new CountDownLatch(creators);
        List<Future<Optional<ObjectInfo>>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < creators; i++) {
                byte[] mine = bytes("creator " + i);
                answers.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return store.putIfAbsent("race.bin", mine);
                }));
            }
        }
        List<Integer> winners = new ArrayList<>();
        for (int i = 0; i < creators; i++) {
            if (answers.get(i).get().isPresent()) {
                winners.add(i);
            }
        }
        assertThat(winners).hasSize(1);
        assertThat(store.read("race.bin")).isEqualTo(bytes("creator " + winners.getFirst()));
    }

    @Test
    void rangesAreReadAndEndWithTheObject() {
        store.put("a.bin", bytes("0123456789"));

        assertThat(store.read("a.bin", 0, 3)).isEqualTo(bytes("012"));
        assertThat(store.read("a.bin", 7, 3)).isEqualTo(bytes("789"));
        assertThat(store.read("a.bin", 7, 100)).isEqualTo(bytes("789"));
        assertThat(store.read("a.bin", 3, 0)).isEmpty();
        assertThat(store.read("a.bin", 10, 5)).isEmpty();
        assertThat(store.read("a.bin", 99, 5)).isEmpty();
    }

    @Test
    void missingObjects() {
        assertThat(store.head("no/such.bin")).isEmpty();
        assertThat(store.localFile("no/such.bin")).isEmpty();
        fails(StorageError.OBJECT_NOT_FOUND, () -> store.read("no/such.bin"));
        fails(StorageError.OBJECT_NOT_FOUND, () -> store.read("no/such.bin", 0, 4));
        store.delete("no/such.bin");
        assertThat(store.deleteAll(List.of("no/such.bin"))).isEmpty();
    }

    @Test
    void nothingIsBelowAnObject() {
        store.put("a/b", bytes("x"));

        assertThat(store.head("a/b/c")).isEmpty();
        assertThat(store.head("a")).isEmpty();
        assertThat(store.list("a/b")).isEmpty();
        fails(StorageError.OBJECT_NOT_FOUND, () -> store.read("a/b/c"));
        fails(StorageError.OBJECT_NOT_FOUND, () -> store.read("a"));
        store.delete("a/b/c");
        store.delete("a");
        assertThat(store.read("a/b")).isEqualTo(bytes("x"));
    }

    @Test
    void listingIsDeepSortedAndKeepsToItsDirectory() {
        for (String path : List.of("t/2.bin", "t/1.bin", "t/sub/0.bin", "tt/3.bin", "t.bin", "t/sub.bin")) {
            store.put(path, bytes(path));
        }

        assertThat(store.list("t"))
                .extracting(ObjectInfo::path)
                .containsExactly("t/1.bin", "t/2.bin", "t/sub.bin", "t/sub/0.bin");
        assertThat(store.list("t/sub")).extracting(ObjectInfo::path).containsExactly("t/sub/0.bin");
        assertThat(store.list("")).hasSize(6).isSortedAccordingTo(java.util.Comparator.comparing(ObjectInfo::path));
        assertThat(store.list("nothing")).isEmpty();
    }

    @Test
    void childDirectoriesAreListed() {
        for (String path : List.of("n/d/t/u1/a.bin", "n/d/t/u2/a.bin", "n/d/t/file.bin", "n/d2/t/u/a.bin", "top.bin")) {
            store.put(path, bytes(path));
        }

        assertThat(store.listDirectories("")).containsExactly("n");
        assertThat(store.listDirectories("n")).containsExactly("d", "d2");
        assertThat(store.listDirectories("n/d/t")).containsExactly("u1", "u2");
        assertThat(store.listDirectories("n/d/t/u1")).isEmpty();
        assertThat(store.listDirectories("x/y")).isEmpty();
    }

    @Test
    void directoriesGoWithTheirLastObject() {
        store.put("n/d/one.bin", bytes("1"));
        store.put("n/d/two.bin", bytes("2"));

        store.delete("n/d/one.bin");
        assertThat(store.listDirectories("n")).containsExactly("d");
        store.delete("n/d/two.bin");
        assertThat(store.listDirectories("n")).isEmpty();
        assertThat(store.listDirectories("")).isEmpty();

        store.put("n/d/three.bin", bytes("3"));
        assertThat(store.list("")).extracting(ObjectInfo::path).containsExactly("n/d/three.bin");
    }

    @Test
    void deletedObjectsAreGone() {
        store.put("a.bin", bytes("a"));
        store.delete("a.bin");

        assertThat(store.head("a.bin")).isEmpty();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void bulkDeleteAnswersForEachObject() {
        store.put("a.bin", bytes("a"));
        store.put("d/b.bin", bytes("b"));
        store.put("keep.bin", bytes("k"));

        Map<String, RuntimeException> failures =
                store.deleteAll(List.of("a.bin", "d/b.bin", "missing.bin", "../keep.bin"));

        assertThat(failures).containsOnlyKeys("../keep.bin");
        assertThat(store.list("")).extracting(ObjectInfo::path).containsExactly("keep.bin");
        assertThat(store.deleteAll(List.of())).isEmpty();
    }

    @Test
    void namesMayHoldAnyOrdinaryCharacter() {
        List<String> names =
                List.of("a b.bin", "a+b.bin", "100%.bin", "ümlaut.bin", "a=b&c.bin", "x~y'z(1).bin", "UPPER.bin");
        for (String name : names) {
            store.put("dir with space/" + name, bytes(name));
        }

        for (String name : names) {
            assertThat(store.read("dir with space/" + name)).isEqualTo(bytes(name));
        }
        assertThat(store.list("dir with space"))
                .extracting(ObjectInfo::path)
                .containsExactlyInAnyOrderElementsOf(
                        names.stream().map(name -> "dir with space/" + name).toList());
        assertThat(store.listDirectories("")).containsExactly("dir with space");
        assertThat(store.deleteAll(
                        names.stream().map(name -> "dir with space/" + name).toList()))
                .isEmpty();
        assertThat(store.list("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/abs", "a/", "a//b", ".", "..", "a/../b", "./a", "../a", "a/.hidden", ".tmp"})
    void pathsThatLeaveTheStoreAreRefused(String path) {
        fails(StorageError.INVALID_LOCATION, () -> store.put(path, bytes("x")));
        fails(StorageError.INVALID_LOCATION, () -> store.putIfAbsent(path, bytes("x")));
        fails(StorageError.INVALID_LOCATION, () -> store.upload(path));
        fails(StorageError.INVALID_LOCATION, () -> store.head(path));
        fails(StorageError.INVALID_LOCATION, () -> store.read(path));
        fails(StorageError.INVALID_LOCATION, () -> store.read(path, 0, 1));
        fails(StorageError.INVALID_LOCATION, () -> store.delete(path));
        fails(StorageError.INVALID_LOCATION, () -> store.localFile(path));
        if (!path.isEmpty()) {
            fails(StorageError.INVALID_LOCATION, () -> store.list(path));
            fails(StorageError.INVALID_LOCATION, () -> store.listDirectories(path));
            fails(StorageError.INVALID_LOCATION, () -> store.discardStaleUploads(path, Instant.EPOCH));
        }
    }

    @Test
    void uploadIsInvisibleUntilItsCommit() throws IOException {
        try (ObjectUpload upload = store.upload("n/up.bin")) {
            upload.stream().write(bytes("half "));
            assertThat(store.head("n/up.bin")).isEmpty();
            assertThat(store.list("")).isEmpty();
            assertThat(store.listDirectories("")).isEmpty();
            upload.stream().write(bytes("done"));

            ObjectInfo info = upload.commit();

            assertThat(info.size()).isEqualTo(9);
            assertThat(store.head("n/up.bin").orElseThrow().etag()).isEqualTo(info.etag());
        }
        assertThat(store.read("n/up.bin")).isEqualTo(bytes("half done"));
    }

    @Test
    void closedUploadLeavesNothing() throws IOException {
        store.put("old.bin", bytes("old"));
        try (ObjectUpload upload = store.upload("old.bin")) {
            upload.stream().write(bytes("new"));
        }
        try (ObjectUpload upload = store.upload("n/other.bin")) {
            upload.stream().write(1);
        }

        assertThat(store.read("old.bin")).isEqualTo(bytes("old"));
        assertThat(store.list("")).hasSize(1);
        assertThat(store.listDirectories("")).isEmpty();
        assertThat(store.discardStaleUploads("", Instant.now().plus(CLOCK_SKEW_MAX)))
                .isZero();
    }

    @Test
    void uploadEndsOnce() {
        ObjectUpload upload = store.upload("a.bin");
        upload.commit();

        assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        upload.close();
        upload.close();
        assertThat(store.read("a.bin")).isEmpty();
    }

    @Test
    void bigUploadArrivesWhole() throws IOException {
        Random random = new Random(SEED);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (ObjectUpload upload = store.upload("big.bin")) {
            OutputStream stream = upload.stream();
            while (expected.size() < 25 * 1024 * 1024) {
                byte[] piece = new byte[1 + random.nextInt(3_000_000)];
                random.nextBytes(piece);
                int offset = random.nextInt(piece.length);
                stream.write(piece, offset, piece.length - offset);
                expected.write(piece, offset, piece.length - offset);
            }
            ObjectInfo info = upload.commit();
            assertThat(info.size()).isEqualTo(expected.size());
            assertThat(store.head("big.bin").orElseThrow().etag()).isEqualTo(info.etag());
        }
        byte[] all = expected.toByteArray();
        assertThat(store.read("big.bin")).as("seed %d", SEED).isEqualTo(all);
        assertThat(store.read("big.bin", all.length - 8L, 8))
                .isEqualTo(java.util.Arrays.copyOfRange(all, all.length - 8, all.length));
    }

    @Test
    void uploadsThatDiedAreDiscardedWhenOldEnough() throws IOException {
        byte[] part = new byte[11 * 1024 * 1024];
        ObjectUpload died = store.upload("n/d/dead.bin");
        died.stream().write(part);
        died.stream().write(1);

        assertThat(store.discardStaleUploads("n/d", Instant.now().minus(Duration.ofHours(1))))
                .isZero();
        store.discardStaleUploads("n/d", Instant.now().plus(CLOCK_SKEW_MAX));
        assertThat(store.discardStaleUploads("", Instant.now().plus(CLOCK_SKEW_MAX)))
                .isZero();
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void writersAndDeletersOfOneDirectoryDoNotDisturbEachOther() throws Exception {
        int rounds = 40;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> workers = new ArrayList<>();
            for (int worker = 0; worker < 4; worker++) {
                String mine = "shared/deep/" + worker + ".bin";
                workers.add(threads.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        store.put(mine, bytes(mine));
                        store.delete(mine);
                    }
                    store.put(mine, bytes(mine));
                }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        }
        assertThat(store.list("shared")).hasSize(4);
    }

    @Test
    void localFileHoldsTheBytes() throws IOException {
        store.put("n/a.bin", bytes("content"));

        var file = store.localFile("n/a.bin");

        if (file.isPresent()) {
            assertThat(Files.readAllBytes(file.get())).isEqualTo(bytes("content"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void fails(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
