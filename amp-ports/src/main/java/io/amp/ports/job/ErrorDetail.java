package io.amp.ports.job;

import java.util.Map;

/**
 * Why a job failed, as clients see it.
 *
 * @param code {@code error_code}
 * @param context {@code error_context}; empty = omitted
 */
public record ErrorDetail(String code, String message, Map<String, Object> context) {
    public ErrorDetail {
        context = Map.copyOf(context);
    }
}
