package io.amp.evm.rlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Examples of the Ethereum wiki's RLP page, and the edges of each header form. */
class RlpWriterTest {
    private final RlpWriter out = new RlpWriter(1);

    private String written() {
        return Vectors.hex(out.toByteArray());
    }

    @Test
    void strings() {
        out.bytes("dog".getBytes(StandardCharsets.US_ASCII));
        assertThat(written()).isEqualTo("83646f67");
        out.clear();
        out.bytes(new byte[] {0x0f});
        assertThat(written()).isEqualTo("0f");
        out.clear();
        out.bytes(new byte[] {0});
        assertThat(written()).isEqualTo("00");
        out.clear();
        out.bytes(new byte[] {(byte) 0x80});
        assertThat(written()).isEqualTo("8180");
        out.clear();
        out.bytes(new byte[0]);
        assertThat(written()).isEqualTo("80");
    }

    @Test
    void lengthsOfStringsAndLists() {
        int[] lengths = {55, 56, 255, 256, 65_535, 65_536};
        String[] strings = {"b7", "b838", "b8ff", "b90100", "b9ffff", "ba010000"};
        String[] lists = {"f7", "f838", "f8ff", "f90100", "f9ffff", "fa010000"};
        for (int i = 0; i < lengths.length; i++) {
            out.clear();
            out.bytes(new byte[lengths[i]]);
            assertThat(written()).isEqualTo(strings[i] + "00".repeat(lengths[i]));
            out.clear();
            out.raw(new byte[lengths[i]], 0, lengths[i]);
            out.closeList(0);
            assertThat(written()).isEqualTo(lists[i] + "00".repeat(lengths[i]));
        }
    }

    @Test
    void integersLoseLeadingZeros() {
        long[] values = {0, 1, 0x7f, 0x80, 0x400, -1};
        String[] encoded = {"80", "01", "7f", "8180", "820400", "88ffffffffffffffff"};
        for (int i = 0; i < values.length; i++) {
            out.clear();
            out.integer(values[i]);
            assertThat(written()).isEqualTo(encoded[i]);
        }
        out.clear();
        out.integer(new byte[] {9, 0, 0, 4, 0, 9}, 1, 4);
        assertThat(written()).isEqualTo("820400");
        out.clear();
        out.integer(new byte[32], 0, 32);
        assertThat(written()).isEqualTo("80");
        out.clear();
        out.integer(true);
        out.integer(false);
        assertThat(written()).isEqualTo("8001");
    }

    @Test
    void nestedListsAreWrittenLastItemFirst() {
        // [ [], [[]], [ [], [[]] ] ]
        int outer = out.written();
        int third = out.written();
        int second = out.written();
        out.closeList(out.written());
        out.closeList(second);
        out.closeList(out.written());
        out.closeList(third);
        int middle = out.written();
        out.closeList(out.written());
        out.closeList(middle);
        out.closeList(out.written());
        out.closeList(outer);
        assertThat(written()).isEqualTo("c7c0c1c0c3c0c1c0");
    }

    @Test
    void growingKeepsWhatIsWritten() {
        for (int i = 0; i < 1000; i++) {
            out.integer(0x81);
        }
        int mark = out.written();
        out.bytes(new byte[5000]);
        out.rewind(mark);
        assertThat(written()).isEqualTo("8181".repeat(1000));
    }
}
