package io.amp.testkit.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Ethereum node in a process of its own: anvil, which mines on demand and reorganises through its RPC. Chain 31337, ten accounts
 * whose keys it holds, everything up to Prague. Its program comes from the npm registry on first use and is kept in the temporary
 * directory.
 */
public final class AnvilNode implements AutoCloseable {
    public static final long CHAIN_ID = 31_337;

    private static final Logger LOG = LoggerFactory.getLogger(AnvilNode.class);
    private static final String VERSION = "1.7.1";
    private static final String LISTENING = "Listening on ";
    private static final int TAR_BLOCK = 512;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Process process;
    private final int port;
    private final Path socketDirectory;
    private final HttpClient http = HttpClient.newHttpClient();

    private AnvilNode(Process process, int port, Path socketDirectory) {
        this.process = process;
        this.port = port;
        this.socketDirectory = socketDirectory;
    }

    /**
     * Starts a node that mines a block for every transaction.
     *
     * @param options further command-line options
     * @throws TestAbortedException its program cannot be had here: the test is skipped; in CI ({@code CI=true}) that is a failure instead
     */
    public static AnvilNode start(String... options) {
        Path program;
        try {
            program = program();
        } catch (IOException | InterruptedException e) {
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                throw new IllegalStateException("anvil is needed in CI", e);
            }
            LOG.warn("SKIPPED, for want of anvil: {}", e.getMessage());
            throw new TestAbortedException("no anvil: " + e.getMessage(), e);
        }
        try {
            return start(program, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AnvilNode start(Path program, String... options) throws IOException {
        Path socketDirectory = Files.createTempDirectory("anvil");
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--port",
                "0",
                "--ipc",
                socketDirectory.resolve("anvil.ipc").toString(),
                "--hardfork",
                "prague"));
        command.addAll(Arrays.asList(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            if (line.startsWith(LISTENING)) {
                // Nobody may let the pipe run full.
                Thread.ofVirtual().start(() -> drain(output));
                return new AnvilNode(
                        process,
                        Integer.parseInt(
                                line.substring(line.lastIndexOf(':') + 1).strip()),
                        socketDirectory);
            }
        }
        throw new IOException("anvil ended: " + seen);
    }

    private static void drain(BufferedReader output) {
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                LOG.trace("{}", line);
            }
        } catch (IOException e) {
            LOG.trace("the node's output ended", e);
        }
    }

    public URI httpUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public URI webSocketUrl() {
        return URI.create("ws://127.0.0.1:" + port);
    }

    public URI ipcUrl() {
        return URI.create("ipc://" + socketDirectory.resolve("anvil.ipc"));
    }

    /**
     * Calls a method.
     *
     * @param params anything Jackson can write
     * @return the result
     */
    public JsonNode call(String method, Object... params) {
        ObjectNode request = MAPPER.createObjectNode();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method);
        ArrayNode array = request.putArray("params");
        for (Object param : params) {
            array.add(MAPPER.<JsonNode>valueToTree(param));
        }
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(httpUrl())
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(60))
                            .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode answer = MAPPER.readTree(response.body());
            if (answer.has("error")) {
                throw new IllegalStateException(method + ": " + answer.get("error"));
            }
            return answer.path("result");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The accounts whose keys the node holds. */
    public List<String> accounts() {
        List<String> accounts = new ArrayList<>();
        call("eth_accounts").forEach(account -> accounts.add(account.textValue()));
        return accounts;
    }

    /** Mines blocks without transactions. */
    public void mine(int blocks) {
        call("anvil_mine", "0x" + Integer.toHexString(blocks));
    }

    /** Replaces the {@code depth} highest blocks by as many others. */
    public void reorg(int depth) {
        call("anvil_reorg", depth, List.of());
    }

    public long blockNumber() {
        return Long.decode(call("eth_blockNumber").textValue());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            http.close();
            Files.deleteIfExists(socketDirectory.resolve("anvil.ipc"));
            Files.deleteIfExists(socketDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized Path program() throws IOException, InterruptedException {
        Path kept = Path.of(System.getProperty("java.io.tmpdir"), "amp-test-tools", "anvil-" + VERSION);
        if (Files.isExecutable(kept)) {
            return kept;
        }
        Path work = Files.createTempDirectory("anvil-install");
        Path archive = download(work);
        Path unpacked = unpack(archive, work.resolve("anvil"));
        Files.createDirectories(kept.getParent());
        // Several test processes may come here at once: each moves a whole program into place.
        Files.move(unpacked, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(archive);
        Files.delete(work);
        return kept;
    }

    private static Path download(Path work) throws IOException, InterruptedException {
        String name = "@foundry-rs/anvil-" + platform() + "@" + VERSION;
        Process npm = new ProcessBuilder("npm", "pack", "--silent", name)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (npm.waitFor() != 0) {
            throw new IOException("npm cannot get " + name + ": " + output.strip());
        }
        try (var files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm left no archive: " + output.strip()));
        }
    }

    private static String platform() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch");
        String cpu = machine.equals("aarch64") ? "arm64" : "amd64";
        if (system.contains("linux")) {
            return "linux-" + cpu;
        }
        if (system.contains("mac")) {
            return "darwin-" + cpu;
        }
        throw new IOException("no anvil for " + system);
    }

    /** The one program of a tar archive: entries are 512 bytes of header, then the content, filled up to 512 bytes. */
    private static Path unpack(Path archive, Path target) throws IOException {
        try (InputStream tar = new GZIPInputStream(Files.newInputStream(archive))) {
            while (true) {
                byte[] header = tar.readNBytes(TAR_BLOCK);
                if (header.length < TAR_BLOCK || header[0] == 0) {
                    throw new IOException("no program in " + archive.getFileName());
                }
                String name = text(header, 0, 100);
                long size = Long.parseLong(text(header, 124, 12).strip(), 8);
                if (name.endsWith("bin/anvil")) {
                    try (var out = Files.newOutputStream(target)) {
                        for (long left = size; left > 0; ) {
                            byte[] part = tar.readNBytes((int) Math.min(left, 1 << 20));
                            if (part.length == 0) {
                                throw new IOException(archive.getFileName() + " is cut");
                            }
                            out.write(part);
                            left -= part.length;
                        }
                    }
                    if (!target.toFile().setExecutable(true)) {
                        throw new IOException("cannot make " + target + " executable");
                    }
                    return target;
                }
                tar.skipNBytes((size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
            }
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.US_ASCII);
    }
}
