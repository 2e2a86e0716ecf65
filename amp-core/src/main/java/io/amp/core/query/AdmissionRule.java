package io.amp.core.query;

/** Whether one more query may run (query specification, section 9). */
final class AdmissionRule {
    private AdmissionRule() {}

    /**
     * What runs now.
     *
     * @param ofClient by the asking client
     * @param startedByClient by the asking client within the last minute
     * @param waiting in the queue
     */
    record Load(int running, int streaming, int ofClient, int startedByClient, int waiting) {}

    /** What to do with a query. */
    sealed interface Decision {
        record Admit() implements Decision {}

        record Wait() implements Decision {}

        record Refuse(String reason) implements Decision {}
    }

    /** @param anonymous a client without identity, whom the limits per client do not touch */
    static Decision decide(QueryLimits limits, Load load, boolean streaming, boolean anonymous) {
        if (!anonymous && isReached(limits.perClientPerMinuteMax(), load.startedByClient())) {
            return new Decision.Refuse(
                    "limit of " + limits.perClientPerMinuteMax() + " queries per minute and client reached");
        }
        String obstacle = obstacle(limits, load, streaming, anonymous);
        if (obstacle.isEmpty()) {
            return new Decision.Admit();
        }
        return load.waiting() < limits.queueMax() ? new Decision.Wait() : new Decision.Refuse(obstacle);
    }

    /** Which limit keeps a query from running; empty when none does. */
    static String obstacle(QueryLimits limits, Load load, boolean streaming, boolean anonymous) {
        if (isReached(limits.concurrentMax(), load.running())) {
            return "limit of " + limits.concurrentMax() + " queries at once reached";
        }
        if (streaming && isReached(limits.streamingMax(), load.streaming())) {
            return "limit of " + limits.streamingMax() + " streaming queries at once reached";
        }
        if (!anonymous && isReached(limits.perClientMax(), load.ofClient())) {
            return "limit of " + limits.perClientMax() + " queries at once per client reached";
        }
        return "";
    }

    private static boolean isReached(int limit, int count) {
        return limit > 0 && count >= limit;
    }
}
