package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import io.amp.adapters.sources.net.ResponseBody;

/**
 * The answer to one JSON-RPC call inside a body. Reading goes in two steps, so that a large result is walked over once:
 * {@link #open} moves to the result, the reader consumes it, {@link #finish} checks the rest of the envelope.
 *
 * @param position where the answer's object starts
 * @param shared true when other answers are in the same body, as in a batch
 */
record RpcResult(ResponseBody body, int position, boolean shared) {
    private static final FieldNames FIELDS = FieldNames.of("result", "error");
    private static final FieldNames ERROR_FIELDS = FieldNames.of("code", "message");
    private static final int RESULT = 0;
    private static final int ERROR = 1;
    private static final int MESSAGE_MAX = 200;

    RpcResult(ResponseBody body) {
        this(body, 0, false);
    }

    /**
     * Moves the cursor to the result.
     *
     * @return false when the result is null; then there is nothing to finish
     * @throws RpcErrorException the answer is an error
     * @throws io.amp.adapters.sources.json.MalformedJsonException not a JSON-RPC answer
     */
    boolean open(JsonCursor cursor) {
        cursor.reset(body.bytes(), position, body.length());
        cursor.enterObject();
        boolean answered = false;
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            switch (field) {
                case RESULT -> {
                    if (!cursor.nullValue()) {
                        return true;
                    }
                    answered = true;
                }
                case ERROR -> error(cursor);
                default -> cursor.skipValue();
            }
        }
        expectEnd(cursor);
        if (!answered) {
            throw new RpcErrorException(0, "an answer without result or error");
        }
        return false;
    }

    /** As {@link #open}; an error that says that there is no such block counts as null. */
    boolean openBlock(JsonCursor cursor) {
        try {
            return open(cursor);
        } catch (RpcErrorException e) {
            if (e.blockUnknown()) {
                return false;
            }
            throw e;
        }
    }

    /** Checks what follows the result. */
    void finish(JsonCursor cursor) {
        for (int field = cursor.nextField(FIELDS); field != JsonCursor.END; field = cursor.nextField(FIELDS)) {
            if (field == ERROR) {
                error(cursor);
            } else {
                cursor.skipValue();
            }
        }
        expectEnd(cursor);
    }

    private void expectEnd(JsonCursor cursor) {
        if (!shared) {
            cursor.expectEnd();
        }
    }

    /** Throws unless the error is null. */
    private static void error(JsonCursor cursor) {
        if (cursor.nullValue()) {
            return;
        }
        if (!cursor.isObject()) {
            String text = cursor.textOfValue();
            throw new RpcErrorException(0, shortened(text));
        }
        long code = 0;
        String message = "";
        cursor.enterObject();
        for (int field = cursor.nextField(ERROR_FIELDS);
                field != JsonCursor.END;
                field = cursor.nextField(ERROR_FIELDS)) {
            switch (field) {
                case 0 -> code = code(cursor.textOfValue());
                case 1 -> message = cursor.textOfValue();
                default -> cursor.skipValue();
            }
        }
        throw new RpcErrorException(code, shortened(message));
    }

    private static long code(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String shortened(String text) {
        return text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX) + "…";
    }
}
