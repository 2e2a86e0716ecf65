package io.amp.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.NetworkId;
import io.amp.testkit.chain.BlockTree;
import io.amp.testkit.chain.ScriptedNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every real adapter under {@code Amp.builder()}, on a PostgreSQL of its own. */
@Timeout(180)
class EmbeddingIT {
    private static final long ANVIL_CHAIN_ID = 31337;

    @Test
    void registersExtractsAndQueries(@TempDir Path folder) throws Exception {
        BlockTree chain = BlockTree.withGenesis(new NetworkId("anvil"), 7);
        chain.mine(20);
        var out = new ByteArrayOutputStream();
        try (var node = new ScriptedNode(chain, ANVIL_CHAIN_ID)) {
            EmbeddingExample.run(
                    folder,
                    Path.of(System.getProperty("java.io.tmpdir"), "amp-test-cache"),
                    node.server().httpUrl().toString(),
                    new PrintStream(out, true, StandardCharsets.UTF_8));
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("21\t20");
    }
}
