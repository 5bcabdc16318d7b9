package dev.valora.bench.year;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;

/** Random choices from one seed. One thread. */
final class Draws {

    private final Random random;

    Draws(long seed) {
        this.random = new Random(seed);
    }

    /** True so many times in a hundred. */
    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    /** True once in so many times. */
    boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** From the first to the last, both included. */
    int between(int first, int last) {
        return first + random.nextInt(last - first + 1);
    }

    /** From 0 to the bound, excluded. */
    long below(long bound) {
        return random.nextLong(bound);
    }

    <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** A decimal from a range of unscaled numbers. */
    BigDecimal decimal(int first, int last, int scale) {
        return BigDecimal.valueOf(between(first, last), scale);
    }
}
