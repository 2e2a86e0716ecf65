package io.amp.adapters.sources.evmrpc;

import io.amp.adapters.sources.json.FieldNames;
import io.amp.adapters.sources.json.JsonCursor;
import java.util.ArrayList;
import java.util.List;

/** What must be known of a block before its receipts can be asked for; the rest of it is not read. */
final class BlockPeek {
    private static final FieldNames BLOCK_FIELDS = FieldNames.of("transactions");
    private static final FieldNames TRANSACTION_FIELDS = FieldNames.of("hash");
    private static final int HASH_TEXT_LENGTH = 66;

    private BlockPeek() {}

    /** Whether the block object at the cursor lists a transaction. */
    static boolean hasTransactions(JsonCursor cursor) {
        if (!enterTransactions(cursor)) {
            return false;
        }
        return cursor.peek() != ']';
    }

    /** Hashes of all transactions of the block object at the cursor, as the node wrote them. */
    static List<String> transactionHashes(JsonCursor cursor) {
        List<String> hashes = new ArrayList<>();
        if (!enterTransactions(cursor)) {
            return hashes;
        }
        while (cursor.nextElement()) {
            if (!cursor.isObject()) {
                // The decoder will say what is wrong with such a block.
                return List.of();
            }
            cursor.enterObject();
            for (int field = cursor.nextField(TRANSACTION_FIELDS);
                    field != JsonCursor.END;
                    field = cursor.nextField(TRANSACTION_FIELDS)) {
                if (field == 0) {
                    hashes.add(hash(cursor.textOfValue()));
                } else {
                    cursor.skipValue();
                }
            }
        }
        return hashes;
    }

    /** The text goes into a request, so it must be what it should be. */
    private static String hash(String text) {
        boolean digits = text.length() == HASH_TEXT_LENGTH
                && text.startsWith("0x")
                && text.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        if (!digits) {
            throw WrongDataException.bad("hash", "not 32 bytes");
        }
        return text;
    }

    private static boolean enterTransactions(JsonCursor cursor) {
        if (!cursor.isObject()) {
            return false;
        }
        cursor.enterObject();
        for (int field = cursor.nextField(BLOCK_FIELDS);
                field != JsonCursor.END;
                field = cursor.nextField(BLOCK_FIELDS)) {
            if (field == 0 && cursor.isArray()) {
                cursor.enterArray();
                return true;
            }
            cursor.skipValue();
        }
        return false;
    }
}
