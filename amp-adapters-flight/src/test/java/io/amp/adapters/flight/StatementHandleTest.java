package io.amp.adapters.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.amp.ports.error.AmpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatementHandleTest {
    @ParameterizedTest
    @EnumSource(StatementHandle.Mode.class)
    void readsBackWhatItWrote(StatementHandle.Mode mode) {
        StatementHandle handle = new StatementHandle("SELECT 'é漢😀'", mode);
        assertThat(StatementHandle.decode(handle.encode())).isEqualTo(handle);
        assertThat(handle.encode().byteAt(0)).as("version").isEqualTo((byte) 1);
    }

    @Test
    void refusesOtherBytes() {
        for (byte[] bytes : new byte[][] {{}, {1}, {2, 0, 'x'}, {1, 9, 'x'}, {1, 0, (byte) 0xff}}) {
            assertThatThrownBy(() -> StatementHandle.decode(ByteString.copyFrom(bytes)))
                    .isInstanceOf(AmpException.class);
        }
    }
}
