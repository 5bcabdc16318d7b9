package dev.valora.ingest.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DedupIndexTest {

    /** Bits below those that choose the partition and the first slot: keys that differ only here all collide. */
    private static final int COLLIDING_BITS = 22;

    private final DedupIndex index = new DedupIndex();

    private record Key(long high, long low) {}

    private record Claim(long fingerprint, long position) {}

    @AfterEach
    void closeIndex() {
        index.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "-1, -1", "1, 0", "9223372036854775807, 0", "-9223372036854775808, 0"})
    void shouldRememberAnyHashAmongThemZero(long high, long low) {
        assertFalse(index.find(high, low));
        assertTrue(index.claim(high, low, 7, 11));
        assertFalse(index.claim(high, low, 8, 12));
        assertEquals(7, index.foundFingerprint());
        assertEquals(11, index.foundPosition());
        assertTrue(index.find(high, low));
        assertEquals(7, index.foundFingerprint());
        assertEquals(1, index.size());
        assertTrue(index.remove(high, low));
        assertFalse(index.remove(high, low));
        assertFalse(index.find(high, low));
        assertEquals(0, index.size());
    }

    @Test
    void shouldKeepAFingerprintOfZero() {
        assertTrue(index.claim(0, 0, 0, 1));
        assertTrue(index.find(0, 0));
        assertEquals(0, index.foundFingerprint());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldRefuseWhatIsNoPosition(long position) {
        assertThrows(IllegalArgumentException.class, () -> index.claim(1, 1, 1, position));
        assertEquals(0, index.size());
    }

    /** All keys begin their search at one slot: at the start, across the wrap at the end, and through several growths. */
    @ParameterizedTest
    @CsvSource({"0", "-1", "1311768467463790320"})
    void shouldFindAndRemoveKeysThatAllCollide(long place) {
        long base = place & -(1L << COLLIDING_BITS);
        int keys = 1_500;
        for (int i = 0; i < keys; i++) {
            assertTrue(index.claim(base | i, -i, i, i + 1), "key " + i);
        }
        for (int i = 0; i < keys; i += 2) {
            assertTrue(index.remove(base | i, -i), "key " + i);
        }
        for (int i = 0; i < keys; i++) {
            assertEquals(i % 2 == 1, index.find(base | i, -i), "key " + i);
            assertTrue(i % 2 == 0 || index.foundPosition() == i + 1, "key " + i);
        }
        assertEquals(keys / 2, index.size());
    }

    /** {@code mvn test -Dtest=DedupIndexTest -Dvalora.seed=…} repeats a case. */
    private static SplittableRandom seeded() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("DedupIndexTest seed " + seed);
        return new SplittableRandom(seed);
    }

    /** What the index must hold, and every key that was ever claimed. */
    private final class Model {
        private final Map<Key, Claim> claims = new HashMap<>();
        private final List<Key> known = new ArrayList<>();

        private Key anyKey(SplittableRandom random) {
            return known.isEmpty() || random.nextInt(3) > 0 ? newKey(random) : known.get(random.nextInt(known.size()));
        }

        private void claim(Key key, Claim claim, int step) {
            boolean isFree = index.claim(key.high, key.low, claim.fingerprint, claim.position);
            assertEquals(isFree ? null : found(), claims.get(key), "step " + step);
            if (isFree) {
                claims.put(key, claim);
                known.add(key);
            }
        }

        private void remove(Key key, int step) {
            assertEquals(claims.remove(key) != null, index.remove(key.high, key.low), "step " + step);
        }

        private void assertHeld() {
            assertEquals(claims.size(), index.size());
            for (Key key : known) {
                Claim expected = claims.get(key);
                assertEquals(expected != null, index.find(key.high, key.low));
                assertTrue(expected == null || expected.equals(found()));
            }
        }
    }

    @Test
    void shouldBehaveLikeAMapUnderRandomOperations() {
        SplittableRandom random = seeded();
        Model model = new Model();
        for (int step = 0; step < 400_000; step++) {
            Key key = model.anyKey(random);
            Claim claim = new Claim(random.nextLong(), step + 1);
            if (random.nextInt(4) == 0) {
                model.remove(key, step);
            } else {
                model.claim(key, claim, step);
            }
        }
        model.assertHeld();
    }

    @Test
    void shouldBehaveLikeAMapWithoutWhatIsForgotten() {
        SplittableRandom random = seeded();
        Model model = new Model();
        long first = 1;
        for (int step = 0; step < 400_000; step++) {
            Key key = model.anyKey(random);
            Claim claim = new Claim(random.nextLong(), step + 1);
            switch (random.nextInt(200)) {
                case 0 -> {
                    first = Math.max(first, step - random.nextInt(60_000));
                    index.forgetBefore(first);
                    long oldest = first;
                    model.claims.values().removeIf(kept -> kept.position < oldest);
                }
                case 1, 2, 3 -> index.purge(random.nextInt(16) == 0 ? random.nextInt(1_024) : random.nextInt(4) << 8);
                case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 -> model.remove(key, step);
                default -> model.claim(key, claim, step);
            }
        }
        assertTrue(index.size() > model.claims.size(), "nothing was left to be purged");
        purgeAll();
        model.assertHeld();
    }

    private void purgeAll() {
        for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
            index.purge(partition);
        }
    }

    /** Forgotten keys stay where searches pass them, and a key that comes again takes its own place. */
    @Test
    void shouldFreeKeysThatAllCollide() {
        int keys = 1_500;
        for (int i = 0; i < keys; i++) {
            assertTrue(index.claim(i, -i, i, i + 1));
        }
        index.forgetBefore(keys / 2 + 1);
        for (int i = 0; i < keys; i++) {
            assertEquals(i >= keys / 2, index.find(i, -i), "key " + i);
        }
        for (int i = 0; i < keys; i += 2) {
            assertEquals(i < keys / 2, index.claim(i, -i, 7, 10_000 + i), "key " + i);
        }
        assertEquals(keys, index.size(), "a slot was taken twice");
        assertEquals(keys / 4, index.purge(0), "every second one of the forgotten ones came again");
        assertEquals(0, index.purge(0));
        for (int i = 0; i < keys; i++) {
            assertEquals(i >= keys / 2 || i % 2 == 0, index.find(i, -i), "key " + i);
        }
        index.forgetBefore(5);
        assertFalse(index.find(1, -1), "what is forgotten stays so");
    }

    @Test
    void shouldUseTheMemoryOfForgottenKeysAgain() {
        SplittableRandom random = new SplittableRandom(1);
        int keys = 300_000;
        long bytes = 0;
        for (int round = 0; round < 12; round++) {
            for (int i = 1; i <= keys; i++) {
                assertTrue(index.claim(random.nextLong(), i, i, (long) round * keys + i));
            }
            index.forgetBefore((long) round * keys + 1);
            purgeAll();
            assertEquals(keys, index.size());
            bytes = round == 2 ? index.bytes() : bytes;
        }
        assertTrue(index.bytes() <= bytes + bytes / 8, index.bytes() + " bytes after " + bytes);
    }

    /** Most keys go into a few crowded partitions, some of them to the same first slots. */
    private static Key newKey(SplittableRandom random) {
        long high = random.nextLong();
        switch (random.nextInt(64)) {
            case 0 -> high = (random.nextLong(4) << 60) | random.nextLong(64);
            case 1 -> high |= -1L << 32; // the last slots of the last partition, and around its end
            default -> high = random.nextBoolean() ? high >>> 8 : high;
        }
        return new Key(high, random.nextLong(1 << 20));
    }

    private Claim found() {
        return new Claim(index.foundFingerprint(), index.foundPosition());
    }

    /** Memory is found by another thread, loaders fill what is theirs, and the index then works as if it had done all alone. */
    @Test
    void shouldBeFilledBySeveralThreads() throws InterruptedException {
        int keys = 400_000;
        long[] high = new SplittableRandom(1).longs(keys).toArray();
        List<Thread> threads = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            int mine = half;
            threads.add(new Thread(() -> {
                DedupIndex.Loader loader = index.loader();
                for (int partition = 0; partition < DedupIndex.PARTITIONS / 2; partition++) {
                    loader.reserve(mine * DedupIndex.PARTITIONS / 2 + partition, 100 + partition);
                }
                for (int i = 0; i < keys; i++) {
                    if ((high[i] < 0 ? 1 : 0) == mine) {
                        assertTrue(loader.claim(high[i], i, i, i + 1));
                    }
                }
            }));
        }
        AtomicInteger failed = new AtomicInteger();
        for (Thread thread : threads) {
            thread.setUncaughtExceptionHandler((where, thrown) -> failed.incrementAndGet());
            thread.start();
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            if (!index.memoryAhead().findFar() && !index.memoryAhead().findNear()) {
                Thread.onSpinWait();
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, failed.get());
        assertEquals(keys, index.size());
        for (int i = 0; i < keys; i++) {
            assertTrue(index.find(high[i], i));
            assertEquals(i + 1, index.foundPosition());
        }
        assertFalse(index.claim(high[0], 0, 5, 5));
        assertTrue(index.remove(high[0], 0));
        assertTrue(index.claim(high[0], 0, 5, 5));
    }

    @Test
    void shouldGrowWithoutLosingAKeyAndStaySmall() {
        int keys = 2_000_000;
        SplittableRandom random = new SplittableRandom(1);
        long mostBytesAKey = 0;
        for (int i = 1; i <= keys; i++) {
            long high = random.nextLong();
            assertTrue(index.claim(high, ~high, high * 31, i));
            if (i >= keys / 2 && i % 10_000 == 0) {
                mostBytesAKey = Math.max(mostBytesAKey, index.bytes() / i);
            }
        }
        random = new SplittableRandom(1);
        for (int i = 1; i <= keys; i++) {
            long high = random.nextLong();
            assertTrue(index.find(high, ~high));
            assertEquals(i, index.foundPosition());
        }
        assertEquals(keys, index.size());
        assertTrue(mostBytesAKey <= 70, mostBytesAKey + " bytes a key");
    }
}
