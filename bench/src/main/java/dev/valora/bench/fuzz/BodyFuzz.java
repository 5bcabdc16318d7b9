package dev.valora.bench.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** One body after the other, each from its number. One thread. */
final class BodyFuzz implements Fuzz {

    private static final int HOSTILE_EVERY = 2_000;
    private static final int JUNK_BYTES_MAX = 64;

    private final long seed;
    private final BodyCheck check;

    /** @param seed of all bodies */
    BodyFuzz(long seed, BodyCheck check) {
        this.seed = seed;
        this.check = check;
    }

    /** A body to be given to the parser, with bytes behind it that are not part of it. */
    private static final class Case {
        private final byte[] bytes;
        private final int length;
        private final boolean lines;

        private Case(byte[] bytes, int length, boolean lines) {
            this.bytes = bytes;
            this.length = length;
            this.lines = lines;
        }

        @Override
        public String toString() {
            return (lines ? "lines: " : "document: ") + Rewriting.shown(bytes, length);
        }
    }

    @Override
    public void run(long number) throws Finding {
        Case body = body(number);
        try {
            check.check(body.bytes, body.length, body.lines);
        } catch (Finding found) {
            throw new Finding(found.getMessage() + "\n" + body, found);
        } catch (RuntimeException | Error broken) {
            throw new Finding("it threw " + broken + "\n" + body, broken);
        }
    }

    private Case body(long number) {
        SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9E37_79B9_7F4A_7C15L));
        boolean lines = random.nextInt(4) == 0;
        BodyMutator mutator = new BodyMutator(random);
        byte[] body;
        if (number % HOSTILE_EVERY == HOSTILE_EVERY - 1) {
            body = mutator.hostile();
        } else {
            body = new BodyGenerator(random).body(lines);
            if (random.nextInt(2) == 0) {
                body = mutator.mutated(body, new BodyGenerator(random).body(lines));
            }
        }
        // Bytes behind the body look like more of it, so that reading too far shows.
        int junk = random.nextInt(JUNK_BYTES_MAX);
        byte[] bytes = Arrays.copyOf(body, body.length + junk);
        for (int i = 0; i < junk; i++) {
            bytes[body.length + i] = (byte) "0123456789\"}],eE.-\\".charAt(random.nextInt(19));
        }
        return new Case(bytes, body.length, lines);
    }

    @Override
    public String toString() {
        BodyCheck.Counts counts = check.counts();
        return String.format(
                Locale.ROOT,
                "%,d refused, %,d records, %,d rejections",
                counts.refused(),
                counts.records(),
                counts.rejections());
    }
}
