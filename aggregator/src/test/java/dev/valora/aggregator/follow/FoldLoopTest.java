package dev.valora.aggregator.follow;

import static dev.valora.aggregator.Entries.meter;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.FaultyDatabase;
import dev.valora.aggregator.FaultyDatabase.Fault;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.store.WrongJournalException;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldLoopTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final OrganizationId ORGANIZATION = Entries.organization(1);
    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final String DEFINED = "2026-03-01T10:00:00Z";
    private static final String WINDOWS =
            "SELECT customer, value, events FROM usage.series JOIN usage.windows USING (series_id)"
                    + " ORDER BY customer, window_start, accepted_hour";

    private final FaultyDatabase database = new FaultyDatabase(POSTGRES.database());

    @AutoClose
    private final TestJournal journal;

    private final TestFolds folds;
    private final List<String> observed;

    FoldLoopTest(@TempDir Path directory) {
        journal = new TestJournal(directory);
        folds = new TestFolds(journal, database);
        observed = folds.observed();
    }

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
        journal.define(DEFINED, meter(ORGANIZATION, "gb", Aggregation.SUM));
    }

    /** Steps until nothing is left to do at this moment. */
    private static void settle(FoldLoop loop) {
        while (loop.doWork() > 0) {}
    }

    private static Event used(String customer, String value) {
        return Event.of(ORGANIZATION, customer, "gb", "2026-03-01T10:30:00Z").value(value);
    }

    @Test
    void shouldBringCommittedUsageIntoTheWindows() {
        FoldLoop loop = folds.open();
        journal.commit("2026-03-01T10:31:00Z", used("acme", "1.5"), used("beta", "2"));
        long last = journal.commit("2026-03-01T11:00:00Z", used("acme", "0.25"));

        settle(loop);
        assertEquals(List.of(), StoredRows.of(POSTGRES, WINDOWS));
        assertEquals(3, loop.lagEntries());
        folds.pass(200);
        settle(loop);

        assertEquals(List.of("acme 1.5 1", "acme 0.25 1", "beta 2 1"), StoredRows.of(POSTGRES, WINDOWS));
        assertEquals(last, loop.appliedSequence());
        assertEquals(Instant.parse("2026-03-01T11:00:00Z"), loop.appliedThrough());
        assertEquals(0, loop.lagEntries());
        assertEquals(0, loop.lagMicros());
        journal.commit("2026-03-01T11:00:07Z");
        assertEquals(7_000_000, loop.lagMicros());
    }

    @Test
    void shouldMoveTheWatermarkWithTicksButSeldom() {
        FoldLoop loop = folds.open();
        folds.pass(1_000);
        settle(loop);
        observed.clear();

        for (int tenth = 1; tenth <= 10; tenth++) {
            journal.commit("2026-03-01T10:00:0" + (tenth - 1) + "Z");
            folds.pass(100);
            settle(loop);
        }

        assertEquals(List.of("flushed 0 0"), observed);
        assertEquals(Instant.parse("2026-03-01T10:00:09Z"), loop.appliedThrough());
    }

    @Test
    void shouldFlushAtOnceWhenSomebodyAwaitsTheEntry() {
        FoldLoop loop = folds.open();
        settle(loop);
        long tick = journal.commit("2026-03-01T12:00:00Z");
        CompletableFuture<Boolean> far = awaiting(loop, tick + 1);
        CompletableFuture<Boolean> waiting = awaiting(loop, tick);

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            loop.idle(MILLISECONDS.toNanos(100));
            loop.doWork();
            return waiting.isDone();
        });
        assertTrue(waiting.join());
        assertFalse(far.isDone());
        journal.commit("2026-03-01T12:00:01Z");
        settle(loop);
        assertTrue(far.join());
        assertFalse(loop.awaitApplied(tick + 2, Duration.ofMillis(1)));
    }

    private static CompletableFuture<Boolean> awaiting(FoldLoop loop, long sequence) {
        return CompletableFuture.supplyAsync(
                () -> loop.awaitApplied(sequence, Duration.ofMinutes(1)),
                task -> Thread.ofVirtual().start(task));
    }

    @Test
    void shouldStopInsideAnEntryWhenMemoryIsFullAndGoOnAfterTheFlush() {
        FoldLoop loop = folds.open(new FoldSettings(200, 1_000, 2));
        journal.commit(
                "2026-03-01T10:31:00Z",
                used("a", "1"),
                used("b", "1"),
                used("c", "1"),
                used("a", "1"),
                used("d", "1"),
                used("e", "1"));

        loop.doWork();
        loop.doWork();
        assertEquals(
                List.of("1 2"),
                StoredRows.of(POSTGRES, "SELECT applied_sequence, applied_records FROM usage.checkpoint"));
        assertEquals(Instant.parse(DEFINED), loop.appliedThrough());
        FoldLoop another = folds.open(new FoldSettings(200, 1_000, 3));
        settle(another);
        folds.pass(200);
        settle(another);

        assertEquals(List.of("a 2 2", "b 1 1", "c 1 1", "d 1 1", "e 1 1"), StoredRows.of(POSTGRES, WINDOWS));
        settle(loop);
        assertEquals(
                List.of("2 0"),
                StoredRows.of(POSTGRES, "SELECT applied_sequence, applied_records FROM usage.checkpoint"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 20261122})
    void shouldCountEveryEventOnceThroughCrashesAndLostAnswers(long seed) {
        System.out.println("seed " + seed + ": mvn -o -pl aggregator -am test -Dtest=FoldLoopTest");
        Random random = new Random(seed);
        FoldLoop loop = folds.open(new FoldSettings(200, 1_000, 5));
        long expected = 0;
        long events = 0;
        Instant accepted = Instant.parse("2026-03-01T10:10:00Z");
        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    List<byte[]> records = new ArrayList<>();
                    for (int i = random.nextInt(12); i > 0; i--) {
                        int value = 1 + random.nextInt(1_000);
                        expected += value;
                        events++;
                        records.add(used("customer-" + random.nextInt(9), String.valueOf(value))
                                .record());
                    }
                    accepted = accepted.plusSeconds(random.nextInt(400));
                    journal.commit(accepted, records);
                }
                case 3 -> database.once(FAULTS.get(random.nextInt(FAULTS.size())));
                case 4 -> loop = folds.open(new FoldSettings(200, 1_000, 1 + random.nextInt(9)));
                default -> {
                    folds.pass(random.nextInt(500));
                    loop.doWork();
                }
            }
        }
        database.heal();
        folds.pass(10_000);
        settle(loop);
        folds.pass(10_000);
        settle(loop);

        assertEquals(
                List.of(expected + " " + events),
                StoredRows.of(POSTGRES, "SELECT coalesce(sum(value), 0), coalesce(sum(events), 0) FROM usage.windows"));
        assertEquals(journal.journal().forcedSequence(), loop.appliedSequence());
        assertEquals(accepted, loop.appliedThrough());
    }

    @Test
    void shouldWaitForPostgresWithGrowingPausesAndBoundedMemory() {
        FoldLoop loop = folds.open(new FoldSettings(200, 1_000, 3));
        settle(loop);
        database.always(Fault.UNREACHABLE);
        for (int i = 0; i < 50; i++) {
            journal.commit("2026-03-01T10:31:00Z", used("customer-" + i, "1"));
        }

        int tries = 0;
        for (int second = 0; second < 60; second++) {
            folds.pass(1_000);
            observed.clear();
            settle(loop);
            tries += observed.size();
        }
        assertTrue(tries >= 12 && tries <= 20, tries + " tries in a minute away");
        assertEquals(51, loop.lagEntries());

        database.heal();
        folds.pass(5_000);
        settle(loop);
        folds.pass(1_000);
        settle(loop);
        assertEquals(0, loop.lagEntries());
        assertEquals(List.of("50 50"), StoredRows.of(POSTGRES, "SELECT count(*), sum(events) FROM usage.windows"));
    }

    @Test
    void shouldBeginWhenPostgresComesLater() {
        database.always(Fault.UNREACHABLE);
        FoldLoop loop = folds.open();
        journal.commit("2026-03-01T10:31:00Z", used("acme", "1"));
        settle(loop);
        assertEquals(List.of("failed"), observed);

        database.heal();
        folds.pass(500);
        settle(loop);

        assertEquals(List.of("acme 1 1"), StoredRows.of(POSTGRES, WINDOWS));
    }

    @Test
    void shouldDropItsMemoryWhenAnotherHasMovedTheCheckpoint() {
        FoldLoop slow = folds.open();
        journal.commit("2026-03-01T10:31:00Z", used("acme", "1"));
        settle(slow);
        FoldLoop quick = folds.open();
        folds.pass(200);
        settle(quick);
        observed.clear();

        journal.commit("2026-03-01T10:32:00Z", used("acme", "2"));
        settle(slow);
        folds.pass(200);
        settle(slow);

        assertEquals(List.of("dropped", "flushed 1 1"), observed);
        assertEquals(List.of("acme 3 2"), StoredRows.of(POSTGRES, WINDOWS));
    }

    @Test
    void shouldEndWhenTheDatabaseBelongsToAnotherJournal(@TempDir Path elsewhere) {
        folds.pass(1_000);
        settle(folds.open());
        try (TestJournal other = new TestJournal(elsewhere)) {
            FoldLoop stranger = new TestFolds(other, database).open();

            assertThrows(WrongJournalException.class, stranger::doWork);
        }
    }

    @Test
    void shouldEndWhenPostgresRefusesTheStatementItself() {
        FoldLoop loop = folds.open();
        settle(loop);
        journal.commit("2026-03-01T10:31:00Z", used("acme", "1"));
        StoredRows.change(POSTGRES, "REVOKE UPDATE ON usage.checkpoint FROM valora_system");
        try {
            folds.pass(1_000);
            assertThrows(DatabaseException.class, loop::doWork);
        } finally {
            StoredRows.change(
                    POSTGRES,
                    "GRANT UPDATE (applied_sequence, applied_records, applied_through) ON usage.checkpoint TO"
                            + " valora_system");
        }
    }

    @Test
    void shouldApplyWhatIsLeftWhenItCloses() {
        FoldLoop loop = folds.open(new FoldSettings(200, 1_000, 2));
        settle(loop);
        journal.commit("2026-03-01T10:31:00Z", used("a", "1"), used("b", "1"), used("c", "1"));
        journal.commit("2026-03-01T10:32:00Z", used("a", "1"));

        loop.close();

        assertEquals(List.of("a 2 2", "b 1 1", "c 1 1"), StoredRows.of(POSTGRES, WINDOWS));
        assertEquals(
                List.of("3 0"),
                StoredRows.of(POSTGRES, "SELECT applied_sequence, applied_records FROM usage.checkpoint"));
    }

    @Test
    void shouldCountSkippedEvents() {
        FoldLoop loop = folds.open();
        journal.commit(
                "2026-03-01T10:31:00Z",
                Event.of(ORGANIZATION, "acme", "", "2026-03-01T10:30:00Z").byType("gb"));
        folds.pass(200);
        settle(loop);

        assertTrue(observed.contains("skipped 1"));
        assertEquals(List.of("gb 1"), StoredRows.of(POSTGRES, "SELECT meter, events FROM usage.skipped_events"));
    }
}
