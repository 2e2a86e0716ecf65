package io.amp.app.fault;

import java.util.SplittableRandom;

/** What a run draws its moments from. */
record Seed(long value) {
    /** That of {@code -Damp.seed}, else another one each time. */
    static Seed next(String suite) {
        Seed seed = new Seed(Long.getLong("amp.seed", System.nanoTime()));
        seed.say(suite + " runs with -Damp.seed=" + seed.value);
        return seed;
    }

    SplittableRandom random() {
        return new SplittableRandom(value);
    }

    /** On standard output, beside the test's result. */
    void say(String line) {
        System.out.println(line);
    }

    static int between(SplittableRandom random, int low, int high) {
        return random.nextInt(low, high + 1);
    }
}
