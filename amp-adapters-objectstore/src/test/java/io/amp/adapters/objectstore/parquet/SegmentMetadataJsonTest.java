package io.amp.adapters.objectstore.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.error.AmpException;
import io.amp.ports.storage.SegmentMetadata;
import io.amp.ports.storage.StorageError;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentMetadataJsonTest {
    private static final String FILE = "ns/d/t/u/000000000-a1b2c3d4e5f67890.parquet";
    private static final String HASH = "0x" + "11".repeat(32);
    private static final String OLDER = "{\"table\":\"logs\",\"filename\":\"000000000-a1b2c3d4e5f67890.parquet\","
            + "\"created_at\":{\"secs\":1760000000,\"nanos\":5000000},"
            + "\"ranges\":[{\"numbers\":{\"start\":0,\"end\":999},\"network\":\"Mainnet\",\"hash\":\"" + HASH
            + "\",\"prev_hash\":null}],\"something_new\":[1,2,{}]}";

    @Test
    void objectOfTheSpecificationIsPrintedByteForByte() {
        String text = "{\"table\":\"logs\",\"filename\":\"000000000-a1b2c3d4e5f67890.parquet\","
                + "\"created_at\":{\"secs\":1760000000,\"nanos\":5000000},"
                + "\"ranges\":[{\"numbers\":{\"start\":0,\"end\":999},\"network\":\"mainnet\",\"hash\":\"" + HASH
                + "\",\"prev_hash\":\"0x" + "22".repeat(32) + "\",\"timestamp\":1438271100}]}";

        SegmentMetadata metadata = SegmentMetadataJson.decode(FILE, entries(text, "[]", "0"));

        assertThat(SegmentMetadataJson.encode(metadata)).isEqualTo(text);
        assertThat(SegmentMetadataJson.entries(metadata))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("nozzle_metadata", text, "parent_file_ids", "[]", "generation", "0"));
    }

    @Test
    void olderFilesAreRead() {
        SegmentMetadata metadata = SegmentMetadataJson.decode(FILE, entries(OLDER, "[3, 4]", "2"));

        assertThat(metadata.range().prevHash()).isNull();
        assertThat(metadata.range().timestamp()).isNull();
        assertThat(metadata.range().network().value()).isEqualTo("mainnet");
        assertThat(metadata.writer()).isNull();
        assertThat(metadata.generation()).isEqualTo(2);
        assertThat(metadata.parentFileIds()).containsExactly(3L, 4L);
        assertThat(metadata.orderAt()).isEqualTo(metadata.createdAt());
    }

    @Test
    void aFooterWithoutEntriesIsRefused() {
        refused(null, "no key-value entries");
    }

    @ParameterizedTest
    @CsvSource({"nozzle_metadata", "parent_file_ids", "generation"})
    void missingAndEmptyEntriesAreNamed(String key) {
        Map<String, String> missing = new HashMap<>(entries(OLDER, "[]", "0"));
        missing.remove(key);
        refused(missing, "no entry '" + key + "'");
        Map<String, String> empty = new HashMap<>(entries(OLDER, "[]", "0"));
        empty.put(key, "");
        refused(empty, "'" + key + "' is empty");
    }

    @Test
    void nonsenseIsRefused() {
        refused(entries("{", "[]", "0"), "nozzle_metadata");
        refused(entries("null", "[]", "0"), "nozzle_metadata");
        refused(entries(OLDER + "x", "[]", "0"), "nozzle_metadata");
        refused(entries("[1]", "[]", "0"), "nozzle_metadata");
        refused(entries(OLDER.replace("\"ranges\"", "\"other\""), "[]", "0"), "'ranges'");
        refused(entries(OLDER, "{}", "0"), "parent_file_ids");
        refused(entries(OLDER, "[null]", "0"), "parent_file_ids");
        refused(entries(OLDER, "[1.5]", "0"), "parent_file_ids");
        refused(entries(OLDER, "[]", "zero"), "generation");
        refused(entries(OLDER, "[]", "-1"), "generation");
    }

    private static Map<String, String> entries(String metadata, String parents, String generation) {
        return Map.of("nozzle_metadata", metadata, "parent_file_ids", parents, "generation", generation);
    }

    private static void refused(Map<String, String> entries, String named) {
        assertThatThrownBy(() -> SegmentMetadataJson.decode(FILE, entries))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.INVALID_SEGMENT))
                .hasMessageContaining(FILE)
                .hasMessageContaining(named);
    }
}
