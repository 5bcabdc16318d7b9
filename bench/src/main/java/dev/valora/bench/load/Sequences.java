package dev.valora.bench.load;

/**
 * Which event comes next: a new one, or in a fixed share of cases one sent before. One thread.
 *
 * <p>The choice of the repeated event follows from the thread's number alone, so that two runs send the same.
 */
final class Sequences {

    /** How far back a repeated event may lie. */
    private static final int REACH = 100_000;

    private final long base;
    private final int duplicatesPerMille;
    private long sent;
    private int share;
    private long random;

    Sequences(int thread, int duplicatesPerMille) {
        this.base = (long) thread << 40;
        this.duplicatesPerMille = duplicatesPerMille;
        this.random = thread;
    }

    long next() {
        share += duplicatesPerMille;
        if (share >= 1_000 && sent > 0) {
            share -= 1_000;
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            return base + sent - 1 - (random >>> 33) % Math.min(sent, REACH);
        }
        return base + sent++;
    }
}
