package io.amp.core.dataset;

import static io.amp.core.dataset.ManifestHashVectorTest.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.amp.ports.chain.NetworkId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServedManifestTest {
    @Test
    void derivedTablesGetNetworksAndFunctionsNamesAndTextTypes() {
        String text = ManifestHashVectorTest.resource("derived-example.json")
                .replace(
                        "[\"Utf8\"]",
                        "[{\"FixedSizeBinary\":20},{\"List\":{\"name\":\"item\",\"data_type\":\"Utf8\","
                                + "\"nullable\":true,\"dict_id\":0,\"dict_is_ordered\":false,\"metadata\":{}}}]")
                .replace("\"outputType\":\"Utf8\"", "\"outputType\":{\"Timestamp\":[\"Nanosecond\",\"+00:00\"]}");
        ManifestDocument document = READER.read(text);

        String served = ServedManifest.text(
                document, table -> List.of(new NetworkId("mainnet"), new NetworkId("base"), new NetworkId("mainnet")));

        assertThat(served)
                .contains("\"network\":\"base,mainnet\"")
                .contains("\"name\":\"tag\"")
                .contains("\"inputTypes\":[\"FixedSizeBinary(20)\",{\"List\":")
                .contains("\"outputType\":\"Timestamp(Nanosecond, Some(\\\"+00:00\\\"))\"");
        assertThat(READER.read(served).hash()).isEqualTo(document.hash());
    }

    @Test
    void noNetworkIsAnEmptyText() {
        ManifestDocument document = READER.read(ManifestHashVectorTest.resource("derived-example.json"));

        assertThat(ServedManifest.text(document, table -> List.of())).contains("\"network\":\"\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evm-rpc", "firehose", "solana", "eth-beacon"})
    void rawManifestsAreServedAsStored(String kind) {
        ManifestDocument document = ManifestGenerator.generate(kind, "mainnet", 3, false);

        assertThat(ServedManifest.text(document, table -> List.of())).isEqualTo(document.canonicalText());
    }
}
