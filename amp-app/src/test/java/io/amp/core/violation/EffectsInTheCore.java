package io.amp.core.violation;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Does what the core must not do, once in each way: proof that the rule against it can fail. */
public final class EffectsInTheCore {

    /** How many effects the methods below have. */
    public static final int COUNT = 8;

    private EffectsInTheCore() {}

    static void inCalls() throws InterruptedException {
        Thread.sleep(1);
        new Thread(() -> {}).interrupt();
        Executors.newVirtualThreadPerTaskExecutor().close();
        System.out.println(System.currentTimeMillis());
        System.out.println(Instant.now());
        System.out.println(ThreadLocalRandom.current().hashCode());
    }

    static Supplier<UUID> inReferenceToMethod() {
        return UUID::randomUUID;
    }

    static LongSupplier inReferenceToClock() {
        return System::nanoTime;
    }
}
