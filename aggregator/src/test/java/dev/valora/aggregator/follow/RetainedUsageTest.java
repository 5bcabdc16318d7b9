package dev.valora.aggregator.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.store.WrongJournalException;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Position;
import dev.valora.ingest.RetentionObserver;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.intake.RetentionLoop;
import dev.valora.ingest.journal.JournalRemoval;
import dev.valora.ingest.keys.KeyFileRemoval;
import dev.valora.ingest.retention.Hold;
import dev.valora.ingest.retention.RetentionRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The windows equal the books while journal files go, the server starts anew, and PostgreSQL is put back from backups. */
final class RetainedUsageTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final List<String> TABLES = List.of("series", "windows", "skipped_events", "voids", "checkpoint");
    private static final RetentionRule RULE = new RetentionRule(40, 20, 30);

    @TempDir
    Path directory;

    private final Set<Hold> seen = EnumSet.noneOf(Hold.class);
    private TestJournal journal;
    private TestFolds folds;
    private FoldLoop fold;
    private RetentionLoop retention;

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
        for (String table : TABLES) {
            StoredRows.change(POSTGRES, "DROP TABLE IF EXISTS backup_" + table);
        }
        journal = new TestJournal(directory, RULE.retentionDays());
        attach();
    }

    private void open() {
        journal = new TestJournal(directory, RULE.retentionDays());
        attach();
    }

    /** A fold that begins with what PostgreSQL has now. */
    private void attach() {
        folds = new TestFolds(journal, POSTGRES.database());
        fold = folds.open();
        retention = removing();
    }

    private RetentionLoop removing() {
        return new RetentionLoop(
                new RetentionLoop.Ports(
                        new JournalRemoval(journal.journal()),
                        new KeyFileRemoval(directory.resolve("keys")),
                        journal.meters(),
                        journal.reach(),
                        fold,
                        () -> Instant.MAX,
                        folds::nanos,
                        RetentionObserver.NONE),
                RULE);
    }

    private void apply() {
        folds.apply(fold);
    }

    private void removeWhatMayGo() {
        do {
            folds.pass(1_000);
        } while (retention.doWork() > 0);
        seen.addAll(retention.holds());
    }

    private void backUp() {
        for (String table : TABLES) {
            StoredRows.change(POSTGRES, "DROP TABLE IF EXISTS backup_" + table);
            StoredRows.change(POSTGRES, "CREATE TABLE backup_" + table + " AS SELECT * FROM usage." + table);
        }
    }

    private static void restore() {
        for (String table : TABLES) {
            StoredRows.change(POSTGRES, "TRUNCATE usage." + table);
            StoredRows.change(
                    POSTGRES, "INSERT INTO usage." + table + " OVERRIDING SYSTEM VALUE SELECT * FROM backup_" + table);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261122})
    void shouldHoldTheBooksWhateverWentMeanwhile(long seed) {
        System.out.println("seed " + seed + ": mvn -o -pl ingest,aggregator test -Dtest=RetainedUsageTest");
        VoidScript script = new VoidScript(journal, seed);
        script.sendLate(25);
        Random random = new Random(~seed);
        script.write(5);
        apply();
        backUp();
        Instant backedUp = script.accepted();
        int restored = 0;
        for (int part = 0; part < 50; part++) {
            script.later(Duration.ofHours(random.nextInt(150)));
            script.write(4 + random.nextInt(8));
            apply();
            removeWhatMayGo();
            if (random.nextInt(3) > 0) {
                journal.close();
                open();
                script.goOn(journal);
            }
            boolean isRestorable =
                    !script.accepted().isAfter(backedUp.plus(RULE.restoreHorizonDays(), ChronoUnit.DAYS));
            if (isRestorable && random.nextInt(4) == 0) {
                List<String> rows = StoredRows.ofWindows(POSTGRES);
                restore();
                attach();
                apply();
                assertEquals(rows, StoredRows.ofWindows(POSTGRES), "part " + part + " of seed " + seed);
                restored++;
            }
            if (!isRestorable || random.nextInt(6) == 0) {
                apply();
                backUp();
                backedUp = script.accepted();
            }
            assertReads(script, script.accepted().truncatedTo(ChronoUnit.HOURS));
        }
        long hours = ChronoUnit.HOURS.between(VoidScript.START, script.accepted()) + 2;
        for (int i = 0; i < 30; i++) {
            assertReads(script, VoidScript.START.plus(random.nextLong(hours), ChronoUnit.HOURS));
        }
        assertReads(script, Cut.WHATEVER_IS_APPLIED);
        assertTrue(journal.journal().firstSequence() > 40, "too little went");
        assertTrue(restored > 2, restored + " backups were put back");
        assertTrue(script.refusedVoids() > 0, "no void came too late");
        System.out.println("began at " + journal.journal().firstSequence() + ", " + restored + " restored, "
                + script.refusedVoids() + " voids refused, held by " + seen);
        journal.close();
    }

    /** What every customer used, of each meter, over all time. */
    private static void assertReads(VoidScript script, Instant acceptedBefore) {
        Cut cut = new Cut(
                VoidScript.START.minus(3, ChronoUnit.HOURS),
                script.accepted().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS),
                acceptedBefore);
        script.assertQuantities(POSTGRES, cut);
    }

    /** Its checkpoint is in the journal, but not what a void behind it needs. */
    @Test
    void shouldSayWhatABackupLacksThatIsOlderThanTheRestoreHorizon() {
        journal.define("2026-03-01T10:00:00Z", VoidScript.METERS.toArray(MeterDefinition[]::new));
        Event greatest = Event.of(VoidScript.ORGANIZATION, "acme", "max", "2026-03-01T10:30:00Z")
                .value("9");
        long sent = journal.commit("2026-03-01T10:31:00Z", greatest);
        reopen();
        journal.commit("2026-03-02T00:00:00Z");
        apply();
        backUp();
        long position = Position.pack(journal.journal().forcedSequence() + 1, 0);
        VoidRecord voided =
                new VoidRecord(Position.pack(sent, 0), new EventRecord().wrap(greatest.record(), 0), "sent by mistake");
        Instant accepted = Instant.parse("2026-03-03T00:00:00Z");
        assertTrue(journal.reach().admit(position, Windows.micros(accepted), voided, journal.meters()));
        journal.commit(accepted, List.of(voided.encode()));
        journal.commit("2026-03-31T00:00:00Z");
        reopen();
        journal.commit("2026-05-02T00:00:00Z");
        apply();
        removeWhatMayGo();
        assertEquals(3, journal.journal().firstSequence(), "only the first file may go");

        restore();
        attach();
        WrongJournalException refused = assertThrows(WrongJournalException.class, this::apply);
        assertEquals(
                "A void takes the maximum of a window that began at 2/0, but the journal no longer holds entry 2: it begins"
                        + " at entry 3; restore a backup of the database that is younger than restore_horizon_days.",
                refused.getMessage());
        journal.close();
    }

    private void reopen() {
        journal.close();
        open();
    }

    @Test
    void shouldRefuseADatabaseThatIsOlderThanTheJournal() {
        VoidScript script = new VoidScript(journal, 7);
        script.write(5);
        apply();
        backUp();
        for (int i = 0; i < 3; i++) {
            script.later(Duration.ofDays(30));
            script.write(5);
            apply();
            journal.close();
            open();
            script.goOn(journal);
        }
        apply();
        fold.doWork();
        removeWhatMayGo();
        long first = journal.journal().firstSequence();
        assertTrue(first > 7, "nothing went");
        restore();
        List<String> before = StoredRows.ofWindows(POSTGRES);
        attach();
        WrongJournalException refused = assertThrows(WrongJournalException.class, fold::doWork);
        assertTrue(
                String.valueOf(refused.getMessage())
                        .endsWith("through entry 6, but in the data directory it begins at entry " + first
                                + ", because older files were removed: restore a newer backup of the database."),
                refused.getMessage());
        assertEquals(before, StoredRows.ofWindows(POSTGRES));
        journal.close();
    }
}
