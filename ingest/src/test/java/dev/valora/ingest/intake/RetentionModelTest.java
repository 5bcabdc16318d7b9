package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Years of usage, retries, restarts and removals in random order, each event's fate compared with that of a map from which goes
 * what the journal no longer holds.
 */
final class RetentionModelTest {

    private static final long HOUR_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final long AGE_MICROS = TimeUnit.DAYS.toMicros(RetainedJournal.RULE.maxEventAgeDays());

    @TempDir
    Path directory;

    private final RetainedJournal.World world = new RetainedJournal.World();
    private final Map<String, Kept> model = new HashMap<>();
    private final List<Sent> accepted = new ArrayList<>();
    private final Set<String> countedWithTime = new HashSet<>();
    private SplittableRandom random = new SplittableRandom();
    private int keys;

    private record Sent(String key, int value, @Nullable Long micros) {}

    private record Kept(Sent sent, long sequence) {}

    /** {@code mvn test -Dtest=RetentionModelTest -Dvalora.seed=…} repeats a case. */
    @Test
    void shouldCountAnEventOnceForAsLongAsTheJournalHoldsIt() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("RetentionModelTest seed " + seed);
        random = new SplittableRandom(seed);
        Map<Verdict, Integer> fates = new HashMap<>();
        RetainedJournal retained = new RetainedJournal(world, directory);
        retained.define("sum", Aggregation.SUM);
        for (int step = 0; step < 1_500; step++) {
            switch (random.nextInt(40)) {
                case 0, 1 -> {
                    retained.close();
                    retained = new RetainedJournal(world, directory);
                }
                case 2, 3, 4 -> retained.writeKeyFiles();
                case 5, 6, 7 -> stepRemoval(retained);
                case 8 -> retained.purge();
                default -> world.micros.addAndGet(random.nextLong(24 * HOUR_MICROS));
            }
            String where = "step " + step + ", seed " + seed;
            for (Verdict fate : send(retained, where)) {
                fates.merge(fate, 1, Integer::sum);
            }
        }
        assertTrue(retained.journal.firstSequence() > 500, "the journal begins at " + retained.journal.firstSequence());
        retained.close();
        for (Verdict fate : List.of(Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.CONFLICT, Verdict.TIMESTAMP_TOO_OLD)) {
            assertTrue(fates.getOrDefault(fate, 0) > 100, fates.toString());
        }
    }

    /** Some steps only, so that anything may come between them. */
    private void stepRemoval(RetainedJournal retained) {
        retained.apply();
        for (int i = random.nextInt(6); i > 0; i--) {
            retained.pass(1);
            retained.retention.doWork();
        }
    }

    private List<Verdict> send(RetainedJournal retained, String where) {
        TestBatch batch = retained.batch();
        List<Sent> sent = new ArrayList<>();
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            Sent next = next();
            sent.add(next);
            batch.event(next.key, "sum", next.value, next.micros);
        }
        long sequence = retained.journal.forcedSequence() + 1;
        List<Verdict> fates = retained.send(batch);
        long now = batch.batch().acceptedMicros();
        List<Verdict> expected = new ArrayList<>();
        for (Sent event : sent) {
            expected.add(judge(retained, event, now, sequence));
        }
        assertEquals(expected, fates, where);
        if (random.nextInt(8) == 0) {
            assertIndex(retained, sent.getFirst().key, where);
        }
        return fates;
    }

    /** New ones, retries of any age with the same content or another, and now and then something very old. */
    private Sent next() {
        if (accepted.isEmpty() || random.nextInt(5) < 2) {
            long behind = random.nextLong(random.nextInt(10) == 0 ? 2 * AGE_MICROS : 20 * HOUR_MICROS);
            Long micros = random.nextInt(4) == 0 ? null : (Long) (world.micros.get() + HOUR_MICROS - behind);
            return new Sent("k" + keys++, random.nextInt(3), micros);
        }
        int back = random.nextInt(4) == 0
                ? random.nextInt(accepted.size())
                : random.nextInt(Math.min(400, accepted.size()));
        Sent again = accepted.get(accepted.size() - 1 - back);
        return random.nextInt(5) == 0 ? new Sent(again.key, again.value + 1, again.micros) : again;
    }

    private Verdict judge(RetainedJournal retained, Sent event, long now, long sequence) {
        Kept kept = model.get(event.key);
        if (kept != null && kept.sequence >= retained.journal.firstSequence()) {
            return kept.sent.equals(event) ? Verdict.DUPLICATE : Verdict.CONFLICT;
        }
        if (event.micros != null) {
            long removedThrough = retained.journal.removedThroughMicros();
            if (event.micros < now - AGE_MICROS || event.micros <= removedThrough + HOUR_MICROS) {
                return Verdict.TIMESTAMP_TOO_OLD;
            }
            if (event.micros > now + HOUR_MICROS) {
                return Verdict.TIMESTAMP_TOO_FAR_IN_FUTURE;
            }
            assertTrue(countedWithTime.add(event.key + " at " + event.micros), event + " was counted twice");
        }
        model.put(event.key, new Kept(event, sequence));
        accepted.add(event);
        return Verdict.ACCEPTED;
    }

    private void assertIndex(RetainedJournal retained, String key, String where) {
        Kept kept = model.get(key);
        long position =
                retained.done(retained.loop.find(RetainedJournal.identity(key))).event();
        boolean isThere = kept != null && kept.sequence >= retained.journal.firstSequence();
        assertEquals(
                isThere && kept != null ? kept.sequence : 0,
                position == 0 ? 0 : Position.unpack(position).sequence(),
                where);
    }
}
