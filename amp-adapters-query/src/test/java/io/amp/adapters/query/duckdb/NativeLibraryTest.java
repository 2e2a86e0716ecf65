package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {
    @TempDir
    Path directory;

    private URL archive(String content) throws Exception {
        Path jar = directory.resolve(content.hashCode() + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("lib"));
            out.write(content.getBytes());
        }
        return URI.create("jar:" + jar.toUri() + "!/lib").toURL();
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, libduckdb_java.so_linux_amd64",
        "Linux, aarch64, libduckdb_java.so_linux_arm64",
        "Mac OS X, aarch64, libduckdb_java.so_macos_arm64",
        "Windows 11, amd64, libduckdb_java.so_windows_amd64"
    })
    void eachPlatformHasItsName(String os, String arch, String name) {
        assertThat(NativeLibrary.resourceName(os, arch)).isEqualTo(name);
    }

    @Test
    void otherPlatformsAreNamedInTheError() {
        assertThatThrownBy(() -> NativeLibrary.resourceName("SunOS", "sparcv9"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("SunOS")
                .hasMessageContaining("sparcv9");
    }

    @Test
    void unpacksOnceAndKeepsVersionsApart() throws Exception {
        Path cache = directory.resolve("cache");
        Path first = NativeLibrary.unpack(archive("one"), cache);
        assertThat(first).hasContent("one").hasParent(cache);
        var written = Files.getLastModifiedTime(first);
        assertThat(NativeLibrary.unpack(archive("one"), cache)).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
        assertThat(NativeLibrary.unpack(archive("two"), cache))
                .isNotEqualTo(first)
                .hasContent("two");
        Files.writeString(first, "x");
        assertThat(NativeLibrary.unpack(archive("one"), cache))
                .as("a cut file is replaced")
                .hasContent("one");
    }

    @Test
    void manyAtOnceGetTheWholeFile() throws Exception {
        String content = "0123456789".repeat(200_000);
        URL url = archive(content);
        List<Future<Path>> unpacking = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 16; i++) {
                unpacking.add(threads.submit(() -> NativeLibrary.unpack(url, directory.resolve("shared"))));
            }
        }
        for (Future<Path> path : unpacking) {
            assertThat(path.get()).hasSize(content.length());
        }
        try (var files = Files.list(directory.resolve("shared"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aDirectoryThatOthersCanWriteIsNotTrusted() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path unpacked = NativeLibrary.unpack(archive("one"), open);
        assertThat(unpacked).hasContent("one");
        assertThat(unpacked.getParent()).isNotEqualTo(open);
        Files.delete(unpacked);
        Files.delete(unpacked.getParent());
    }
}
