package io.amp.ports.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockInterval;
import io.amp.ports.chain.BlockRange;
import io.amp.ports.chain.NetworkId;
import io.amp.ports.error.AmpException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentMetadataObjectTest {
    private static final BlockHash HASH = BlockHash.parse("11".repeat(32));
    private static final BlockHash PREV = BlockHash.parse("22".repeat(32));
    private static final Instant CREATED = Instant.ofEpochSecond(1_760_000_000, 5_000_000);

    @Test
    void keysHaveTheOrderOfTheSpecification() {
        SegmentMetadataObject object = SegmentMetadataObject.of(metadata(null, CREATED));

        assertThat(object.fields().keySet()).containsExactly("table", "filename", "created_at", "ranges");
        assertThat(object.fields().get("created_at").toString()).isEqualTo("{secs=1760000000, nanos=5000000}");
        assertThat(object.fields().get("ranges").toString())
                .isEqualTo("[{numbers={start=0, end=999}, network=mainnet, hash=" + HASH + ", prev_hash=" + PREV
                        + ", timestamp=1438271100}]");
    }

    @Test
    void everythingSurvivesThereAndBack() {
        SegmentMetadata plain = metadata(null, CREATED);
        SegmentMetadata full = metadata(BlockInterval.of(0, 1005), CREATED.minusSeconds(60));

        assertThat(back(SegmentMetadataObject.of(plain))).isEqualTo(plain);
        assertThat(back(SegmentMetadataObject.of(full))).isEqualTo(full);
    }

    @Test
    void olderFilesHaveNoParentHashAndNoTime() {
        Map<String, Object> absent = new LinkedHashMap<>(olderRange());
        Map<String, Object> nothing = new LinkedHashMap<>(olderRange());
        nothing.put("prev_hash", null);

        for (Map<String, Object> range : List.of(absent, nothing)) {
            SegmentMetadata metadata = back(older("ranges", List.of(range)));
            assertThat(metadata.range().prevHash()).isNull();
            assertThat(metadata.range().timestamp()).isNull();
            assertThat(metadata.range().network().value()).isEqualTo("mainnet");
            assertThat(metadata.orderAt()).isEqualTo(metadata.createdAt());
        }
    }

    @Test
    void rangesAreSortedByNetwork() {
        Map<String, Object> base = new LinkedHashMap<>(olderRange());
        base.put("network", "base");

        SegmentMetadata metadata = back(older("ranges", List.of(olderRange(), base)));

        assertThat(metadata.ranges()).extracting(r -> r.network().value()).containsExactly("base", "mainnet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "created_at", "ranges"})
    void missingFieldNamesFileAndField(String field) {
        Map<String, Object> fields = new LinkedHashMap<>(older("ignored", 1).fields());
        fields.remove(field);

        assertThatThrownBy(() -> back(new SegmentMetadataObject(fields)))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.INVALID_SEGMENT))
                .hasMessageContaining("000000000-00000000000000aa.parquet")
                .hasMessageContaining("'" + field + "'");
    }

    @Test
    void wrongTypesAndBadValuesAreRefused() {
        Map<String, Object> range = olderRange();
        List<SegmentMetadataObject> bad = Arrays.asList(
                older("ranges", List.of()),
                older("ranges", "text"),
                older("ranges", List.of(with(range, "hash", "0x12"))),
                older("ranges", List.of(with(range, "network", ""))),
                older("ranges", List.of(with(range, "numbers", Map.of("start", 5, "end", 4)))),
                older("ranges", List.of(with(range, "numbers", Map.of("start", -1, "end", 4)))),
                older("ranges", List.of(with(range, "numbers", Map.of("start", 0, "end", BigInteger.TWO.pow(63))))),
                older("created_at", Map.of("secs", 1.5, "nanos", 0)),
                older("created_at", Map.of("secs", Long.MAX_VALUE, "nanos", 0)),
                older("table", 7));

        for (SegmentMetadataObject object : bad) {
            assertThatThrownBy(() -> back(object))
                    .isInstanceOfSatisfying(
                            AmpException.class, e -> assertThat(e.code()).isEqualTo(StorageError.INVALID_SEGMENT));
        }
    }

    private static SegmentMetadata back(SegmentMetadataObject object) {
        return object.toMetadata("000000000-00000000000000aa.parquet", 2, List.of(3L, 4L), "ampd/1");
    }

    private static SegmentMetadataObject older(String key, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("table", "logs");
        fields.put("filename", "000000000-00000000000000aa.parquet");
        fields.put("created_at", Map.of("secs", 1_700_000_000, "nanos", 0));
        fields.put("ranges", List.of(olderRange()));
        fields.put(key, value);
        return new SegmentMetadataObject(fields);
    }

    private static Map<String, Object> olderRange() {
        Map<String, Object> range = new LinkedHashMap<>();
        range.put("numbers", Map.of("start", 0, "end", BigInteger.TEN));
        range.put("network", "MainNet");
        range.put("hash", HASH.toString());
        return range;
    }

    private static Map<String, Object> with(Map<String, Object> range, String key, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(range);
        copy.put(key, value);
        return copy;
    }

    private static SegmentMetadata metadata(BlockInterval scanned, Instant orderAt) {
        return new SegmentMetadata(
                "logs",
                "000000000-a1b2c3d4e5f67890.parquet",
                CREATED,
                List.of(new BlockRange(BlockInterval.of(0, 999), new NetworkId("mainnet"), HASH, PREV, 1_438_271_100L)),
                null,
                scanned,
                orderAt,
                2,
                List.of(3L, 4L),
                "ampd/1");
    }
}
