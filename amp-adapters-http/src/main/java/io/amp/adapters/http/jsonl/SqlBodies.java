package io.amp.adapters.http.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.amp.ports.error.AmpException;
import io.amp.ports.query.QueryError;
import io.amp.ports.query.QueryRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Request bodies: SQL text, or a JSON object that holds it (query specification, section 6.1). */
final class SqlBodies {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SqlBodies() {}

    /** @throws AmpException {@link QueryError#INVALID_REQUEST_BODY}, {@link QueryError#INVALID_SQL_STRING} */
    static QueryRequest read(String body, @Nullable String contentType, String requestId, String client) {
        boolean json = contentType != null
                && contentType.toLowerCase(Locale.ROOT).strip().startsWith("application/json")
                && body.stripLeading().startsWith("{");
        QueryRequest request =
                json ? fromJson(body, requestId, client) : new QueryRequest(body, null, null, requestId, client);
        if (request.sql().isBlank()) {
            throw new AmpException(
                    QueryError.INVALID_SQL_STRING, "SQL string cannot be empty or contain only whitespace");
        }
        return request;
    }

    private static QueryRequest fromJson(String body, String requestId, String client) {
        JsonNode object;
        try {
            object = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw invalid("the JSON body does not parse: " + e.getOriginalMessage());
        }
        JsonNode sql = object.hasNonNull("sql") ? object.get("sql") : object.get("query");
        if (sql == null || !sql.isTextual()) {
            throw invalid("a JSON body needs a string 'sql' or 'query'");
        }
        JsonNode dataset = object.get("dataset");
        if (dataset != null && !dataset.isNull() && !dataset.isTextual()) {
            throw invalid("'dataset' must be a string");
        }
        return new QueryRequest(
                sql.textValue(),
                dataset == null || dataset.isNull() ? null : dataset.textValue(),
                null,
                requestId,
                client);
    }

    private static AmpException invalid(String message) {
        return new AmpException(QueryError.INVALID_REQUEST_BODY, message);
    }
}
