package io.amp.evm.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.rlp.RlpWriter;
import io.amp.testkit.chain.ChainData;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HeaderTest {
    private static final String EMPTY_OMMERS = "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
    private static final String EMPTY_TRIE = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

    /** Names of the fields in the answers of nodes. */
    private static final Map<String, HeaderField> NODE_NAMES = Map.ofEntries(
            Map.entry("parentHash", HeaderField.PARENT_HASH),
            Map.entry("sha3Uncles", HeaderField.OMMERS_HASH),
            Map.entry("miner", HeaderField.MINER),
            Map.entry("stateRoot", HeaderField.STATE_ROOT),
            Map.entry("transactionsRoot", HeaderField.TRANSACTIONS_ROOT),
            Map.entry("receiptsRoot", HeaderField.RECEIPT_ROOT),
            Map.entry("logsBloom", HeaderField.LOGS_BLOOM),
            Map.entry("difficulty", HeaderField.DIFFICULTY),
            Map.entry("number", HeaderField.BLOCK_NUM),
            Map.entry("gasLimit", HeaderField.GAS_LIMIT),
            Map.entry("gasUsed", HeaderField.GAS_USED),
            Map.entry("timestamp", HeaderField.TIMESTAMP),
            Map.entry("extraData", HeaderField.EXTRA_DATA),
            Map.entry("mixHash", HeaderField.MIX_HASH),
            Map.entry("nonce", HeaderField.NONCE),
            Map.entry("baseFeePerGas", HeaderField.BASE_FEE_PER_GAS),
            Map.entry("withdrawalsRoot", HeaderField.WITHDRAWALS_ROOT),
            Map.entry("blobGasUsed", HeaderField.BLOB_GAS_USED),
            Map.entry("excessBlobGas", HeaderField.EXCESS_BLOB_GAS),
            Map.entry("parentBeaconBlockRoot", HeaderField.PARENT_BEACON_ROOT),
            Map.entry("requestsHash", HeaderField.REQUESTS_HASH));

    static List<JsonNode> realHeaders() {
        var headers = new ArrayList<JsonNode>();
        ChainData.all().forEach(data -> headers.add(data.block()));
        ChainData.headersOnly().forEach(data -> headers.add(data.header()));
        return headers;
    }

    @ParameterizedTest
    @MethodSource("realHeaders")
    void realHeadersHashToTheirBlockHash(JsonNode json) {
        var header = new Header();
        NODE_NAMES.forEach((name, field) -> {
            if (json.hasNonNull(name)) {
                String digits = json.get(name).textValue().substring(2);
                header.field(field).set(Vectors.hex(digits.length() % 2 == 0 ? digits : "0" + digits));
            }
        });
        assertThat(header.missingField()).isNull();
        assertThat(header.inconsistentField()).isNull();
        assertThat("0x" + hash(header)).isEqualTo(json.get("hash").textValue());
    }

    /** Datasets specification, appendix B.6. */
    @ParameterizedTest
    @CsvSource({
        "15, 508, 9c88513a3ca45c0f8b9ed837e434b35fc33798e6bc91d6ce52dc1d0030d0725c",
        "16, 509, a5146e803d0156736fe996f1c4a1a8bfce07d0f06ac5bc453635d1503ba31dbe",
        "17, 542, dd3a112069c0fe1eefc3ed530b3fb00f3238fddb74fd1e8cf15ad928110e39e3",
        "20, 577, 8f9ef22a8453222f6307974b9111f2b92995dee221e9af281635628c13b78f5b",
        "21, 610, d51d9d752fa0a58a16ae0803232b3007662fd612ee75470a18559a6e9110bdd9"
    })
    void forkSteps(int fields, int length, String hash) {
        var header = madeUp(fields);
        var out = new RlpWriter();
        header.encode(out);
        assertThat(out.written()).isEqualTo(length);
        assertThat(hash(header)).isEqualTo(hash);
        assertThat(header.isComplete()).isEqualTo(fields == 21);
    }

    @Test
    void absentFieldsAreFound() {
        var header = madeUp(21);
        header.field(HeaderField.BLOB_GAS_USED).setNull();
        assertThat(header.inconsistentField()).isEqualTo(HeaderField.EXCESS_BLOB_GAS);
        assertThat(header.missingField()).isNull();
        header.field(HeaderField.MIX_HASH).setNull();
        assertThat(header.missingField()).isEqualTo(HeaderField.MIX_HASH);
        assertThat(HeaderField.MIX_HASH.column()).isEqualTo("mix_hash");
    }

    private static Header madeUp(int fields) {
        var header = new Header();
        String[] values = {
            "01".repeat(32),
            EMPTY_OMMERS,
            "02".repeat(20),
            "03".repeat(32),
            EMPTY_TRIE,
            EMPTY_TRIE,
            "00".repeat(256),
            "00",
            number(22_431_084),
            number(36_000_000),
            "00",
            number(1_746_612_311),
            "",
            "04".repeat(32),
            "00".repeat(8),
            "07",
            EMPTY_TRIE,
            "00",
            "00",
            "05".repeat(32),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        };
        for (int i = 0; i < fields; i++) {
            header.field(HeaderField.values()[i]).set(Vectors.hex(values[i]));
        }
        return header;
    }

    private static String number(long value) {
        return Vectors.hex(BigInteger.valueOf(value).toByteArray());
    }

    private static String hash(Header header) {
        var out = new RlpWriter();
        header.encode(out);
        return Vectors.hex(Keccak256.hash(out.toByteArray()));
    }
}
