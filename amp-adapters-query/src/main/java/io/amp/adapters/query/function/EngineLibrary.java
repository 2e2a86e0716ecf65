package io.amp.adapters.query.function;

import io.amp.adapters.query.duckdb.DuckType;
import io.amp.adapters.query.duckdb.InputChunk;
import io.amp.adapters.query.duckdb.OutputVector;
import io.amp.adapters.query.duckdb.ScalarFunction;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Functions that every database of the engine gets when it opens. */
public final class EngineLibrary {
    private EngineLibrary() {}

    /** Each list holds the overloads of one name. */
    public static List<List<ScalarFunction>> definitions() {
        var all = new ArrayList<List<ScalarFunction>>();
        WideArithmetic.definitions().forEach(function -> all.add(List.of(function)));
        all.add(List.of(ScalarFunction.of(
                BinaryFunctions.DIGEST,
                List.of(DuckType.VARCHAR, DuckType.BLOB),
                DuckType.BLOB,
                EngineLibrary::digest)));
        return all;
    }

    private static void digest(InputChunk input, OutputVector output) throws NoSuchAlgorithmException {
        String name = null;
        MessageDigest digest = null;
        for (int row = 0; row < input.size(); row++) {
            if (input.anyNull(row)) {
                output.setNull(row);
                continue;
            }
            String wanted = input.vector(0).getString(row);
            if (digest == null || !wanted.equals(name)) {
                name = wanted;
                digest = MessageDigest.getInstance(wanted.equals("md5") ? "MD5" : wanted.replace("sha", "SHA-"));
            }
            output.setBytes(row, digest.digest(input.vector(1).getBytes(row)));
        }
    }
}
