package io.amp.adapters.flight;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;
import org.jspecify.annotations.Nullable;

/** What a call's headers say (query specification, section 3.2), and the check of its bearer token. */
final class CallHeaders implements FlightServerMiddleware {
    static final Key<CallHeaders> KEY = Key.of("amp");

    private static final String AUTHORIZATION = "authorization";

    private final @Nullable String stream;
    private final @Nullable String resume;
    private final @Nullable String requestId;
    private final boolean basic;
    private final String bearerToken;

    private CallHeaders(org.apache.arrow.flight.CallHeaders headers, boolean basic, String bearerToken) {
        this.bearerToken = bearerToken;
        this.stream = headers.get("amp-stream");
        this.resume = headers.get("amp-resume") != null ? headers.get("amp-resume") : headers.get("nozzle-resume");
        this.requestId = headers.get("x-request-id") != null ? headers.get("x-request-id") : headers.get("cf-ray");
        this.basic = basic;
    }

    /** Refuses calls without a valid token, when tokens are configured. */
    static Factory<CallHeaders> factory(Set<String> tokens) {
        return new Factory<>() {
            @Override
            public CallHeaders onCallStarted(
                    CallInfo call, org.apache.arrow.flight.CallHeaders headers, RequestContext context) {
                String authorization = headers.get(AUTHORIZATION);
                boolean basic = authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6);
                if (!tokens.isEmpty() && !isAccepted(authorization, tokens)) {
                    throw CallStatus.UNAUTHENTICATED
                            .withDescription("a valid bearer token is required")
                            .toRuntimeException();
                }
                boolean bearer = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7);
                return new CallHeaders(
                        headers, basic, bearer ? authorization.substring(7).strip() : "");
            }
        };
    }

    /** A bearer token, or a Basic header whose password is one. */
    private static boolean isAccepted(@Nullable String authorization, Set<String> tokens) {
        if (authorization == null) {
            return false;
        }
        String token = "";
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            token = authorization.substring(7).strip();
        } else if (authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            token = password(authorization.substring(6).strip());
        }
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        return tokens.stream()
                .anyMatch(accepted -> MessageDigest.isEqual(given, accepted.getBytes(StandardCharsets.UTF_8)));
    }

    private static String password(String base64) {
        try {
            String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** {@code amp-stream} where it says something. */
    StatementHandle.Mode mode() {
        return switch (stream == null ? "" : stream.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> StatementHandle.Mode.STREAMING;
            case "false", "0" -> StatementHandle.Mode.BATCH;
            default -> StatementHandle.Mode.AS_WRITTEN;
        };
    }

    /** {@code amp-resume}; blank counts as absent. */
    @Nullable
    String resume() {
        return resume == null || resume.isBlank() ? null : resume;
    }

    /** The bearer token; empty when there is none. */
    String bearerToken() {
        return bearerToken;
    }

    @Nullable
    String requestId() {
        return requestId;
    }

    /** Clients that sent a Basic header get the token to use from now on; its value carries no meaning without authentication. */
    @Override
    public void onBeforeSendingHeaders(org.apache.arrow.flight.CallHeaders outgoing) {
        if (basic) {
            outgoing.insert(AUTHORIZATION, "Bearer amp");
        }
    }

    @Override
    public void onCallCompleted(CallStatus status) {}

    @Override
    public void onCallErrored(Throwable failure) {}
}
