package io.amp.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetVersion;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.error.AmpException;
import io.amp.ports.job.EndBlock;
import io.amp.ports.job.JobDescriptor;
import io.amp.ports.job.JobDescriptor.MaterializeDerived;
import io.amp.ports.job.JobDescriptor.MaterializeRaw;
import io.amp.ports.job.JobError;
import io.amp.ports.job.VerifyMode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobDescriptorJsonTest {
    private static final String HASH = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    private static final DatasetVersion RAW =
            new DatasetVersion(new DatasetName("_", "eth_rpc"), new ManifestHash(HASH));
    private static final DatasetVersion DERIVED =
            new DatasetVersion(new DatasetName("_", "daily"), new ManifestHash(HASH));

    @Test
    void writesARawJobAsTheSpecificationShowsIt() {
        assertThat(JobDescriptorJson.write(
                        new MaterializeRaw(RAW, new EndBlock.Absolute(20_000_000), 4, VerifyMode.OFF)))
                .isEqualTo("{\"kind\":\"materialize-raw\",\"end_block\":\"20000000\",\"max_writers\":4,"
                        + "\"dataset_namespace\":\"_\",\"dataset_name\":\"eth_rpc\",\"manifest_hash\":\"" + HASH
                        + "\",\"verify\":false}");
    }

    @Test
    void writesADerivedJobAsTheSpecificationShowsIt() {
        assertThat(JobDescriptorJson.write(new MaterializeDerived(DERIVED, new EndBlock.Continuous())))
                .isEqualTo("{\"kind\":\"materialize-derived\",\"end_block\":null,\"dataset_namespace\":\"_\","
                        + "\"dataset_name\":\"daily\",\"manifest_hash\":\"" + HASH + "\"}");
    }

    @Test
    void readsWhatItWrites() {
        for (JobDescriptor descriptor : List.of(
                new MaterializeRaw(RAW, new EndBlock.Continuous(), 1, VerifyMode.OFF),
                new MaterializeRaw(RAW, new EndBlock.Latest(), 65_535, VerifyMode.FULL),
                new MaterializeRaw(RAW, new EndBlock.BehindLatest(50), 2, VerifyMode.PARTIAL),
                new MaterializeRaw(RAW, new EndBlock.Absolute(0), 2, VerifyMode.PARTIAL),
                new MaterializeDerived(DERIVED, new EndBlock.Absolute(7)))) {
            assertThat(JobDescriptorJson.read(JobDescriptorJson.write(descriptor)))
                    .isEqualTo(descriptor);
        }
    }

    @Test
    void readsAnEndBlockThatIsANumberAndFillsInDefaults() {
        assertThat(
                        JobDescriptorJson.read(
                                "{\"manifest_hash\":\"" + HASH + "\",\"dataset_name\":\"eth_rpc\","
                                        + "\"dataset_namespace\":\"_\",\"end_block\":20000000,\"kind\":\"materialize-raw\",\"new\":[1]}"))
                .isEqualTo(new MaterializeRaw(RAW, new EndBlock.Absolute(20_000_000), 1, VerifyMode.OFF));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"Dump\":{\"end_block\":5}}",
                "{\"kind\":\"other\",\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"HASH\"}",
                "{\"kind\":\"materialize-raw\",\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"12\"}",
                "{\"kind\":\"materialize-raw\",\"dataset_namespace\":\"_\",\"dataset_name\":\"1a\",\"manifest_hash\":\"HASH\"}",
                "{\"kind\":\"materialize-raw\",\"end_block\":1.5,\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"HASH\"}",
                "{\"kind\":\"materialize-raw\",\"end_block\":\"soon\",\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"HASH\"}",
                "{\"kind\":\"materialize-raw\",\"max_writers\":70000,\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"HASH\"}",
                "{\"kind\":\"materialize-raw\",\"verify\":\"yes\",\"dataset_namespace\":\"_\",\"dataset_name\":\"a\",\"manifest_hash\":\"HASH\"}"
            })
    void refusesWhatIsNoDescriptor(String text) {
        assertThatThrownBy(() -> JobDescriptorJson.read(text.replace("HASH", HASH)))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(JobError.INVALID_DESCRIPTOR));
    }

    /** Vectors of jobs-and-storage, section 3.4. */
    @ParameterizedTest
    @CsvSource({
        "materialize-raw, 555babc986e9f91b89a0f31f0f720ccba67eda999df0b713519e63c45ff467a2",
        "materialize-derived, d411ed0373c74cc18627a4db64fa6b04fb73eb4c6eeb2d27bb7da10f311c0c57"
    })
    void keysAreTheHashOfKindAndDataset(String kind, String key) {
        assertThat(IdempotencyKeys.of(kind, RAW)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "W", "a.b-c_9", "dump-1"})
    void acceptsNodeIds(String nodeId) {
        assertThat(NodeIds.require(nodeId)).isEqualTo(nodeId);
    }

    @ParameterizedTest
    @CsvSource({
        "'', it is empty",
        "1a, it must start with a letter",
        "-a, it must start with a letter",
        "'a b', character ' ' is not one of",
        "wörker, character 'ö' is not one of",
        "a*, character '*' is not one of"
    })
    void refusesNodeIdsNamingValueAndReason(String nodeId, String reason) {
        assertThatThrownBy(() -> NodeIds.require(nodeId))
                .hasMessageContaining("'" + nodeId + "'")
                .hasMessageContaining(reason);
    }
}
