package io.amp.evm.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.amp.evm.Vectors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttestationHashTest {
    static List<JsonNode> vectors() {
        return Vectors.read("att.ndjson");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void published(JsonNode vector) {
        var hash = new AttestationHash();
        for (JsonNode row : vector.get("rows")) {
            hash.beginRow();
            for (int i = 0; i < row.size(); i++) {
                if (!row.get(i).isNull()) {
                    byte[] bytes = bytes(vector.get("cols").get(i).textValue(), row.get(i));
                    hash.value(i, bytes, 0, bytes.length);
                }
            }
            hash.endRow();
        }
        assertThat(Vectors.hex(hash.finish())).isEqualTo(vector.get("out").textValue());
    }

    private static byte[] bytes(String type, JsonNode value) {
        if (type.equals("Utf8")) {
            return value.textValue().getBytes(StandardCharsets.UTF_8);
        }
        if (type.equals("Boolean")) {
            return new byte[] {(byte) (value.booleanValue() ? 1 : 0)};
        }
        if (type.startsWith("FixedSizeBinary")) {
            return Vectors.hex(value.textValue());
        }
        byte[] word = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value.longValue())
                .array();
        return Arrays.copyOf(word, Integer.parseInt(type.replaceAll("[A-Za-z]", "")) / 8);
    }

    private static void add(AttestationHash hash, byte[] value) {
        hash.beginRow();
        hash.value(0, value, 0, value.length);
        hash.value(3, value, 0, value.length / 2);
        hash.endRow();
    }

    /** Functions specification, section 11.11: parts of A3. */
    @Test
    void partsFinishToTheValueOfTheWhole() {
        byte[] foo = "foo".getBytes(StandardCharsets.US_ASCII);
        byte[] bar = "bar".getBytes(StandardCharsets.US_ASCII);
        var first = new AttestationHash();
        first.beginRow();
        first.value(0, foo, 0, 3);
        first.endRow();
        var second = new AttestationHash();
        second.beginRow();
        second.value(0, bar, 0, 3);
        second.endRow();
        byte[] states = new byte[64];
        first.state(states, 0);
        second.state(states, 32);
        for (int order = 0; order < 2; order++) {
            var merged = AttestationHash.of(states, 32 * order);
            merged.merge(AttestationHash.of(states, 32 - 32 * order));
            assertThat(Vectors.hex(merged.finish())).isEqualTo("ba193e0a9f4666f994a14191fa8c4ffa");
        }
    }

    @Test
    void orderAndSplitDoNotMatterButNumberDoes() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int run = 0; run < 50; run++) {
            var rows = new ArrayList<byte[]>();
            for (int i = random.nextInt(1, 60); i > 0; i--) {
                byte[] value = new byte[random.nextInt(400)];
                random.nextBytes(value);
                rows.add(value);
            }
            var whole = new AttestationHash();
            rows.forEach(row -> add(whole, row));
            Collections.shuffle(rows, random);
            var parts = new ArrayList<AttestationHash>();
            for (int i = 0; i < 5; i++) {
                parts.add(new AttestationHash());
            }
            rows.forEach(row -> add(parts.get(random.nextInt(5)), row));
            var merged = new AttestationHash();
            Collections.shuffle(parts, random);
            parts.forEach(merged::merge);
            assertThat(merged.finish()).as("-Damp.seed=%d", seed).isEqualTo(whole.finish());
            add(merged, rows.getFirst());
            assertThat(merged.finish()).isNotEqualTo(whole.finish());
        }
    }

    /** The definition with BigInteger. */
    @Test
    void agreesWithTheDefinition() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int run = 0; run < 300; run++) {
            byte[] value = new byte[random.nextInt(300)];
            random.nextBytes(value);
            int argument = random.nextInt(2000);
            var hash = new AttestationHash();
            hash.beginRow();
            hash.value(argument, value, 0, value.length);
            hash.endRow();
            var row = new Naive();
            BigInteger a = Naive.child(BigInteger.valueOf(17), argument);
            BigInteger p = Naive.child(a, 0);
            for (int j = 0; j < value.length; j++) {
                if (value[j] != 0) {
                    row.write(Naive.child(p, j), new byte[] {value[j]});
                }
            }
            if (value.length > 0) {
                row.write(
                        p,
                        value.length < 256
                                ? new byte[] {(byte) value.length}
                                : new byte[] {(byte) value.length, (byte) (value.length >> 8)});
            }
            row.write(a, new byte[0]);
            var total = new Naive();
            total.write(BigInteger.valueOf(17), row.state());
            byte[] state = new byte[32];
            hash.state(state, 0);
            assertThat(Vectors.hex(state)).as("-Damp.seed=%d", seed).isEqualTo(Vectors.hex(total.state()));
        }
    }

    private static final class Naive {
        private static final BigInteger M = BigInteger.TWO.pow(192);
        private static final BigInteger WORD = BigInteger.TWO.pow(64);
        private static final BigInteger P =
                new BigInteger("2000000000000007", 16).add(new BigInteger("1ffffffffffffffe", 16).multiply(WORD));
        private static final BigInteger Q = new BigInteger("fffffffffffffff9", 16);

        private BigInteger m = M.subtract(WORD).add(new BigInteger("e000000000000001", 16));
        private long count;

        static BigInteger child(BigInteger a, int n) {
            return a.multiply(BigInteger.valueOf(486_187_739))
                    .add(BigInteger.valueOf(n))
                    .mod(WORD.pow(2));
        }

        void write(BigInteger address, byte[] bytes) {
            var xxh3 = new Xxh3();
            xxh3.hash(bytes, 0, bytes.length, address.longValue());
            BigInteger h = unsigned(xxh3.high()).multiply(WORD).add(unsigned(xxh3.low()));
            BigInteger y = address.divide(WORD).mod(BigInteger.TWO.pow(63)).add(h.multiply(WORD));
            m = P.add(Q.multiply(m.add(y)))
                    .add(BigInteger.valueOf(8).multiply(m).multiply(y))
                    .mod(M);
            count++;
        }

        byte[] state() {
            var out = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
            for (int limb = 0; limb < 3; limb++) {
                out.putLong(m.shiftRight(64 * limb).longValue());
            }
            return out.putLong(count).array();
        }

        private static BigInteger unsigned(long value) {
            return new BigInteger(Long.toUnsignedString(value));
        }
    }
}
