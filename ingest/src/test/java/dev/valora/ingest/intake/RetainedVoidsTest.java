package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.retention.Hold;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Voids of events whose journal files have gone or will. */
final class RetainedVoidsTest {

    @TempDir
    Path parent;

    private final RetainedJournal.World world = new RetainedJournal.World();
    private TenDayFiles files;

    @BeforeEach
    void begin() {
        files = new TenDayFiles(world, parent.resolve("data"));
    }

    @Test
    void shouldRefuseToVoidWhatWentOrNeedsWhatWent() {
        files.write(8);
        try (RetainedJournal retained = files.open()) {
            // All accepted on day 80, for windows of these days.
            retained.send(peak(retained, "p15", 15));
            retained.send(peak(retained, "p22", 22));
            retained.send(peak(retained, "p40", 40));
        }
        world.later(40);
        try (RetainedJournal retained = files.open()) {
            long position = retained.done(retained.loop.find(RetainedJournal.identity("d0")))
                    .event();
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(files.micros(10), retained.journal.removedThroughMicros());
            assertInstanceOf(Intake.Voiding.Gone.class, retained.voidEvent("d0", files.day(retained, 0), position));
            assertEquals(new Intake.Known(0, 0), retained.done(retained.loop.find(RetainedJournal.identity("d0"))));
            assertInstanceOf(Intake.Voiding.Voided.class, retained.voidEvent("d20", files.day(retained, 20)));
            assertInstanceOf(Intake.Voiding.Gone.class, retained.voidEvent("p15", peak(retained, "p15", 15)));
            assertInstanceOf(Intake.Voiding.Voided.class, retained.voidEvent("p22", peak(retained, "p22", 22)));
        }
        world.later(15);
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(files.micros(20), retained.journal.removedThroughMicros());
            assertEquals(Set.of(Hold.VOID), retained.retention.holds(), "a restored database would fold it again");
            assertInstanceOf(Intake.Voiding.Voided.class, retained.voidEvent("p40", peak(retained, "p40", 40)));
        }
        world.later(31);
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(files.micros(60), retained.journal.removedThroughMicros());
            assertInstanceOf(
                    Intake.Voiding.Voided.class,
                    retained.voidEvent("p22", peak(retained, "p22", 22)),
                    "its void is there already");
        }
    }

    private TestBatch peak(RetainedJournal retained, String key, int day) {
        return retained.batch().event(key, "peak", 1, files.micros(day));
    }

    @Test
    void shouldNotTakeAnOldVoidForThatOfALaterEventWithTheSameKey() {
        files.write(1);
        TestBatch old;
        try (RetainedJournal retained = files.open()) {
            old = retained.batch().event("k", "sum", 1, null);
            retained.send(old);
        }
        world.later(50);
        try (RetainedJournal retained = files.open()) {
            assertInstanceOf(Intake.Voiding.Voided.class, retained.voidEvent("k", old));
        }
        world.later(60);
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(
                    Verdict.ACCEPTED,
                    retained.send(retained.batch().event("k", "sum", 2, null)).getFirst());
        }
        try (RetainedJournal retained = files.open()) {
            Intake.Known known = retained.done(retained.loop.find(RetainedJournal.identity("k")));
            assertTrue(known.event() > 0);
            assertEquals(0, known.voided(), "the void took back another event");
            TestBatch sent = retained.batch().event("k", "sum", 2, null);
            Intake.Voiding.Voided voided = assertInstanceOf(Intake.Voiding.Voided.class, retained.voidEvent("k", sent));
            assertTrue(voided.isFirst());
            assertEquals(new Intake.Voiding.Voided(voided.position(), false), retained.voidEvent("k", sent));
        }
        try (RetainedJournal retained = files.open()) {
            assertTrue(retained.done(retained.loop.find(RetainedJournal.identity("k")))
                            .voided()
                    > 0);
        }
    }
}
