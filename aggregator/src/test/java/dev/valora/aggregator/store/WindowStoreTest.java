package dev.valora.aggregator.store;

import static dev.valora.aggregator.store.WindowDeltas.CUT;
import static dev.valora.aggregator.store.WindowDeltas.ELEVEN;
import static dev.valora.aggregator.store.WindowDeltas.JOURNAL;
import static dev.valora.aggregator.store.WindowDeltas.ORGANIZATION;
import static dev.valora.aggregator.store.WindowDeltas.at;
import static dev.valora.aggregator.store.WindowDeltas.delta;
import static dev.valora.aggregator.store.WindowDeltas.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.FaultyDatabase;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.UsageTotals;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.FoldedUsage;
import dev.valora.aggregator.fold.SkipDelta;
import dev.valora.aggregator.fold.VoidDelta;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.TestDatabase;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is flushed into the windows, by whom, and of which journal. */
class WindowStoreTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private final FaultyDatabase database = new FaultyDatabase(POSTGRES.database());
    private final WindowStore store = new WindowStore(database);
    private final PgUsageReader reader = new PgUsageReader(POSTGRES.database());

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
    }

    private static VoidDelta voided(long eventPosition) {
        return new VoidDelta(ORGANIZATION, eventPosition, 51, Windows.micros(ELEVEN), "sent twice");
    }

    private List<UsageTotals> totals(String meter, Composition composition) {
        return reader.totals(
                ORGANIZATION, new UsageSelection(meter, composition, CUT, Set.of("acme"), Map.of(), List.of()));
    }

    @Test
    void shouldComposeDeltasWithTheRowsThatAreThere() {
        Checkpoint start = store.attach(JOURNAL, 1, 0);
        assertEquals(Checkpoint.start(JOURNAL), start);

        store.flush(
                start,
                at(1),
                usage(
                        delta("acme", Map.of(), Composition.ADD, "0.1"),
                        delta("acme", Map.of(), Composition.GREATEST, "-5")));
        store.flush(
                at(1),
                at(2),
                usage(
                        delta("acme", Map.of(), Composition.ADD, "999999999999999999999.2"),
                        delta("acme", Map.of(), Composition.GREATEST, "-2.50")));
        store.flush(
                at(2),
                at(3),
                usage(
                        delta("acme", Map.of(), Composition.ADD, "-1e3"),
                        delta("acme", Map.of(), Composition.GREATEST, "-3")));

        assertEquals(
                List.of(new UsageTotals("acme", List.of(), new Quantity(new BigDecimal("999999999999999998999.3")), 6)),
                totals("gb", Composition.ADD));
        assertEquals(
                List.of(new UsageTotals("acme", List.of(), new Quantity(new BigDecimal("-2.5")), 6)),
                totals("peak", Composition.GREATEST));
        assertEquals(at(3), store.attach(JOURNAL, 1, 3));
    }

    @Test
    void shouldKeepRowsApartByEveryPartOfTheirKey() {
        Map<String, String> dimensions = Map.of("region", "eu", "a\"b", "\u20ac\\");
        store.flush(
                store.attach(JOURNAL, 1, 0),
                at(1),
                usage(
                        delta("acme", Map.of(), Composition.ADD, "1"),
                        delta("acme", dimensions, Composition.ADD, "1"),
                        delta("acme", Map.of("region", ""), Composition.ADD, "1"),
                        delta("ACME", Map.of(), Composition.ADD, "1"),
                        delta("acme ", Map.of(), Composition.ADD, "1")));

        assertEquals(
                List.of(
                        "ACME {}",
                        "acme {\"a\\\"b\": \"\u20ac\\\\\", \"region\": \"eu\"}",
                        "acme {\"region\": \"\"}",
                        "acme {}",
                        "acme  {}"),
                StoredRows.of(
                        POSTGRES,
                        "SELECT customer, dimensions FROM usage.series JOIN usage.windows USING (series_id)"
                                + " ORDER BY customer, dimensions::text COLLATE \"C\""));
    }

    @Test
    void shouldTakeTextAsLongAsTheContractAllows() {
        Map<String, String> dimensions = new TreeMap<>();
        for (int i = 0; i < 8; i++) {
            dimensions.put("\ud83d\ude00".repeat(127) + i, "\ud83d\ude00".repeat(1_000));
        }
        WindowDelta delta = delta("\ud83d\ude00".repeat(255), dimensions, Composition.ADD, "1");

        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage(delta));
        store.flush(at(1), at(2), usage(delta));

        assertEquals(
                List.of("1 2 4"),
                StoredRows.of(POSTGRES, "SELECT count(*), sum(value), sum(events) FROM usage.windows"));
    }

    @Test
    void shouldWriteManyRowsInOneTransaction() {
        List<WindowDelta> deltas = new ArrayList<>();
        for (int i = 0; i < 6_001; i++) {
            deltas.add(delta("customer-" + i, Map.of(), i % 2 == 0 ? Composition.ADD : Composition.GREATEST, "1"));
        }

        store.flush(store.attach(JOURNAL, 1, 0), at(1), new FoldedUsage(deltas, List.of(), List.of()));

        assertEquals(
                List.of("6001 1"),
                StoredRows.of(POSTGRES, "SELECT count(*), count(DISTINCT xmin::text) FROM usage.windows"));
    }

    @Test
    void shouldRefuseTheSameFlushTwice() {
        Checkpoint start = store.attach(JOURNAL, 1, 0);
        FoldedUsage usage = usage(delta("acme", Map.of(), Composition.ADD, "7"));

        assertInstanceOf(FlushOutcome.Applied.class, store.flush(start, at(1), usage));
        assertInstanceOf(FlushOutcome.AlreadyApplied.class, store.flush(start, at(1), usage));
        assertEquals(new FlushOutcome.Superseded(at(1)), store.flush(start, at(2), usage));

        assertEquals("7", totals("gb", Composition.ADD).getFirst().value().toString());
    }

    @ParameterizedTest
    @EnumSource(FaultyDatabase.Fault.class)
    void shouldWriteOnceWhateverBecameOfTheFirstTry(FaultyDatabase.Fault fault) {
        Checkpoint start = store.attach(JOURNAL, 1, 0);
        FoldedUsage usage = new FoldedUsage(
                List.of(delta("acme", Map.of(), Composition.ADD, "7")),
                List.of(new SkipDelta(ORGANIZATION, "gb", 3, 50)),
                List.of(voided(40)));

        database.once(fault);
        if (fault == FaultyDatabase.Fault.NONE) {
            store.flush(start, at(1), usage);
        } else {
            assertTrue(assertThrows(DatabaseException.class, () -> store.flush(start, at(1), usage))
                    .isUnavailable());
        }
        store.flush(start, at(1), usage);

        assertEquals("7", totals("gb", Composition.ADD).getFirst().value().toString());
        assertEquals(
                List.of("gb 3 50"),
                StoredRows.of(POSTGRES, "SELECT meter, events, last_position FROM usage.skipped_events"));
        assertEquals(
                List.of("40 51 2026-03-01 11:00:00+00 sent twice"),
                StoredRows.of(POSTGRES, "SELECT event_position, void_position, accepted_at, reason FROM usage.voids"));
        assertEquals(at(1), store.attach(JOURNAL, 1, 1));
    }

    @Test
    void shouldLetOneOfTwoWritersAtTheSameCheckpointThrough() throws Exception {
        Checkpoint start = store.attach(JOURNAL, 1, 0);
        int writers = 4;
        CountDownLatch ready = new CountDownLatch(writers);
        List<Future<FlushOutcome>> outcomes = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
            for (int i = 0; i < writers; i++) {
                Checkpoint next = at(1 + i);
                outcomes.add(executor.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return new WindowStore(POSTGRES.database())
                            .flush(start, next, usage(delta("acme", Map.of(), Composition.ADD, "1")));
                }));
            }
        }
        int applied = 0;
        for (Future<FlushOutcome> outcome : outcomes) {
            applied += outcome.get() instanceof FlushOutcome.Applied ? 1 : 0;
        }

        assertEquals(1, applied);
        assertEquals("1", totals("gb", Composition.ADD).getFirst().value().toString());
    }

    @Test
    void shouldRefuseAnotherJournal() {
        store.attach(JOURNAL, 1, 0);

        WrongJournalException refused =
                assertThrows(WrongJournalException.class, () -> store.attach(new UUID(3, 4), 1, 0));

        assertEquals(
                "The database holds the windows of journal 00000000-0000-0001-0000-000000000002, but the data directory"
                        + " holds journal 00000000-0000-0003-0000-000000000004: start with the pair that belongs"
                        + " together, or with an empty database.",
                refused.getMessage());
    }

    @Test
    void shouldRefuseAJournalThatEndsBeforeTheCheckpoint() {
        Checkpoint inside = new Checkpoint(JOURNAL, 7, 3, 0);
        store.flush(store.attach(JOURNAL, 1, 0), inside, usage());

        assertEquals(inside, store.attach(JOURNAL, 1, 8));
        WrongJournalException refused = assertThrows(WrongJournalException.class, () -> store.attach(JOURNAL, 1, 7));
        assertEquals(
                "The database has applied the journal 00000000-0000-0001-0000-000000000002 through entry 8, but in the"
                        + " data directory it ends at entry 7: restore a data directory at least as new as the database.",
                refused.getMessage());
    }

    @Test
    void shouldRefuseAJournalThatBeginsBehindTheCheckpoint() {
        WrongJournalException empty = assertThrows(WrongJournalException.class, () -> store.attach(JOURNAL, 9, 20));
        assertEquals(
                "The database has applied the journal 00000000-0000-0001-0000-000000000002 through entry 0, but in the"
                        + " data directory it begins at entry 9, because older files were removed: restore a newer"
                        + " backup of the database.",
                empty.getMessage());
        assertEquals(List.of(), StoredRows.of(POSTGRES, "SELECT * FROM usage.checkpoint"));

        Checkpoint inside = new Checkpoint(JOURNAL, 7, 3, 0);
        store.flush(store.attach(JOURNAL, 1, 0), inside, usage());
        assertThrows(WrongJournalException.class, () -> store.attach(JOURNAL, 9, 20));
        assertEquals(inside, store.attach(JOURNAL, 8, 20));
    }

    @Test
    void shouldShowNothingOfAnotherOrganization() throws SQLException {
        assertEquals(List.of(), POSTGRES.unprotectedTables());
        store.flush(
                store.attach(JOURNAL, 1, 0),
                at(1),
                new FoldedUsage(
                        List.of(delta("acme", Map.of(), Composition.ADD, "7")),
                        List.of(new SkipDelta(ORGANIZATION, "gb", 3, 50)),
                        List.of(voided(40))));
        OrganizationId other = Entries.organization(2);

        String everything = "SELECT count(*) FROM usage.windows UNION ALL SELECT count(*) FROM usage.skipped_events"
                + " UNION ALL SELECT count(*) FROM usage.voids UNION ALL SELECT count(*) FROM usage.series";
        assertEquals(List.of(1L, 1L, 1L, 1L), counts(ORGANIZATION, everything));
        assertEquals(List.of(0L, 0L, 0L, 0L), counts(other, everything));
        assertEquals(
                List.of(new UsageTotals("acme", List.of(), Quantity.ZERO, 0)),
                reader.totals(
                        other, new UsageSelection("gb", Composition.ADD, CUT, Set.of("acme"), Map.of(), List.of())));
    }

    private static List<Long> counts(OrganizationId organization, String sql) {
        return POSTGRES.database().inOrganization(organization, transaction -> {
            List<Long> counts = new ArrayList<>();
            transaction.execute(sql).forEach(row -> counts.add(row.getLong(0)));
            return counts;
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO usage.windows SELECT * FROM usage.windows",
                "UPDATE usage.windows SET value = 0",
                "INSERT INTO usage.series OVERRIDING SYSTEM VALUE SELECT * FROM usage.series",
                "UPDATE usage.series SET customer = ''",
                "DELETE FROM usage.series",
                "DELETE FROM usage.windows",
                "UPDATE usage.skipped_events SET events = 0",
                "SELECT * FROM usage.checkpoint",
            })
    void shouldLetAnOrganizationOnlyReadItsWindows(String statement) {
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> POSTGRES.database().inOrganization(ORGANIZATION, transaction -> transaction.execute(statement)));

        assertEquals("42501", refused.sqlState());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM usage.windows",
                "DELETE FROM usage.checkpoint",
                "UPDATE usage.checkpoint SET journal_id = journal_id",
                "UPDATE usage.windows SET series_id = 0",
                "DELETE FROM usage.series",
                "UPDATE usage.series SET customer = ''",
            })
    void shouldLetTheFoldNeitherDeleteNorRename(String statement) {
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> POSTGRES.database().acrossOrganizations(transaction -> transaction.execute(statement)));

        assertEquals("42501", refused.sqlState());
    }
}
