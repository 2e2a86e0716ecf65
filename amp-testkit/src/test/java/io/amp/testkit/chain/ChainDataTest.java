package io.amp.testkit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.junit.jupiter.api.Test;

class ChainDataTest {
    @Test
    void filesAreAsPinned() throws Exception {
        String sums;
        try (var stream = ChainData.class.getResourceAsStream("/chain-data/SHA256SUMS")) {
            sums = new String(stream.readAllBytes());
        }
        List<String> lines = sums.lines().toList();
        assertThat(lines).hasSize(36);
        for (String line : lines) {
            String[] parts = line.split("\\s+\\*?");
            try (var stream = ChainData.class.getResourceAsStream("/chain-data/" + parts[1])) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(stream.readAllBytes());
                assertThat(HexFormat.of().formatHex(hash)).as(parts[1]).isEqualTo(parts[0]);
            }
        }
    }

    @Test
    void rowsBecomeBatchesOfTheirSchema() {
        var schema = CompactSchema.parse(CompactSchema.EVM_RPC_TRANSACTIONS);
        assertThat(schema.getFields()).hasSize(27);
        var rows = ChainData.MAINNET_15000000.expected("transactions");
        assertThat(rows).hasSize(348);
        try (var allocator = new RootAllocator();
                var batch = ArrowRows.batch(allocator, schema, rows)) {
            var value = (VarCharVector) batch.root().getVector("value");
            assertThat(value.getObject(0)).hasToString("17557461649215247");
            int filled = 0;
            var accessList = (ListVector) batch.root().getVector("access_list");
            for (int row = 0; row < rows.size(); row++) {
                assertThat(accessList.isNull(row))
                        .isEqualTo(rows.get(row).get("access_list").isNull());
                filled += accessList.isNull(row) || accessList.isEmpty(row) ? 0 : 1;
            }
            assertThat(filled).isEqualTo(3);
        }
    }

    @Test
    void nodeFormAndRowsAgreeInNumber() {
        for (ChainData data : ChainData.all()) {
            assertThat(data.block().get("transactions")).hasSameSizeAs(data.expected("transactions"));
            assertThat(data.receipts()).hasSameSizeAs(data.expected("transactions"));
            assertThat(data.expected("blocks")).hasSize(1);
        }
        for (ChainData data : ChainData.headersOnly()) {
            assertThat(data.header().get("hash").textValue())
                    .isEqualTo("0x" + data.expectedHeader().get("hash").textValue());
        }
    }
}
