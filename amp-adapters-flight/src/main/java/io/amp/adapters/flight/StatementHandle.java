package io.amp.adapters.flight;

import com.google.protobuf.ByteString;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A statement as it travels in tickets and prepared-statement handles: everything needed to run it, so that any server of the deployment
 * can, and no server remembers anything. Layout: version byte, flags byte, UTF-8 SQL.
 */
record StatementHandle(String sql, Mode mode) {
    private static final byte VERSION = 1;

    /** How the statement is to be run. */
    enum Mode {
        /** As its SETTINGS say. */
        AS_WRITTEN((byte) 0),
        BATCH((byte) 1),
        STREAMING((byte) 2);

        private final byte flag;

        Mode(byte flag) {
            this.flag = flag;
        }

        static Optional<Mode> of(byte flag) {
            return Arrays.stream(values()).filter(mode -> mode.flag == flag).findFirst();
        }
    }

    ByteString encode() {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        byte[] handle = new byte[text.length + 2];
        handle[0] = VERSION;
        handle[1] = mode.flag;
        System.arraycopy(text, 0, handle, 2, text.length);
        return ByteString.copyFrom(handle);
    }

    /** @throws AmpException {@link QueryError#TICKET_DECODING_ERROR} */
    static StatementHandle decode(ByteString handle) {
        Optional<Mode> mode =
                handle.size() >= 2 && handle.byteAt(0) == VERSION ? Mode.of(handle.byteAt(1)) : Optional.empty();
        if (mode.isEmpty()) {
            throw new AmpException(QueryError.TICKET_DECODING_ERROR, "the ticket was not made by this version of Amp");
        }
        ByteString text = handle.substring(2);
        if (!text.isValidUtf8()) {
            throw new AmpException(QueryError.TICKET_DECODING_ERROR, "the ticket's statement is not UTF-8");
        }
        return new StatementHandle(text.toStringUtf8(), mode.get());
    }
}
