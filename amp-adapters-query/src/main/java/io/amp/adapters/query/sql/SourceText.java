package io.amp.adapters.query.sql;

import io.amp.ports.error.AmpException;
import io.amp.ports.error.ErrorCode;
import io.amp.ports.query.QueryError;
import java.util.Map;

/** The statement as the user sent it; turns offsets into positions and makes errors that carry them. */
public record SourceText(String text) {
    /** 1-based, columns in UTF-16 units. */
    public record Position(int line, int column) {}

    public Position position(int offset) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < offset && i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(line, offset - lineStart + 1);
    }

    public AmpException syntaxError(int offset, String detail) {
        return error(QueryError.SQL_PARSE_ERROR, offset, "Invalid SQL syntax: " + detail);
    }

    /** The message ends with the position; the context carries it too. */
    public AmpException error(ErrorCode code, int offset, String message) {
        Position at = position(offset);
        return new AmpException(
                code,
                message + " (line " + at.line() + ", column " + at.column() + ")",
                null,
                Map.of("line", at.line(), "column", at.column()));
    }
}
