package dev.valora.aggregator.store;

import static dev.valora.aggregator.store.WindowDeltas.ELEVEN;
import static dev.valora.aggregator.store.WindowDeltas.JOURNAL;
import static dev.valora.aggregator.store.WindowDeltas.at;
import static dev.valora.aggregator.store.WindowDeltas.delta;
import static dev.valora.aggregator.store.WindowDeltas.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.FaultyDatabase;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.FoldedUsage;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every window row belongs to its series, whatever the store knew of series before. */
final class SeriesRowsTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private final FaultyDatabase database = new FaultyDatabase(POSTGRES.database());
    private final WindowStore store = new WindowStore(database);

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
    }

    /** In the order in which the journal first names them, wherever a flush ends; each of them once. */
    @Test
    void shouldGiveNewSeriesTheirNumbersInTheOrderOfTheJournal() {
        WindowDelta first = delta("zoe", Map.of(), Composition.GREATEST, "1");
        WindowDelta second = delta("acme", Map.of(), Composition.ADD, "1");
        WindowDelta third = delta("acme", Map.of("region", "eu"), Composition.ADD, "1");

        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage(first, second, later(first), later(second)));
        store.flush(at(1), at(2), usage(third, second, delta("bob", Map.of(), Composition.ADD, "1")));

        assertEquals(
                List.of("peak zoe {} 2", "gb acme {} 2", "gb acme {\"region\": \"eu\"} 1", "gb bob {} 1"),
                StoredRows.of(
                        POSTGRES,
                        "SELECT meter, customer, dimensions, count(*) FROM usage.series JOIN usage.windows USING (series_id)"
                                + " GROUP BY series_id ORDER BY series_id"));
    }

    private static WindowDelta later(WindowDelta delta) {
        return new WindowDelta(
                delta.organization(),
                delta.customer(),
                delta.meter(),
                delta.dimensions(),
                Windows.micros(ELEVEN),
                delta.acceptedHourMicros(),
                delta.composition(),
                delta.value(),
                delta.events(),
                delta.resets(),
                delta.firstPosition(),
                delta.lastPosition());
    }

    /** What a transaction that was undone has learned is no number of anything. */
    @ParameterizedTest
    @EnumSource(FaultyDatabase.Fault.class)
    void shouldForgetTheNumbersOfAFlushThatMayNotHaveHappened(FaultyDatabase.Fault fault) {
        Checkpoint start = store.attach(JOURNAL, 1, 0);
        store.flush(start, at(1), usage(delta("acme", Map.of(), Composition.ADD, "1")));
        FoldedUsage usage = usage(
                delta("bob", Map.of(), Composition.ADD, "2"),
                delta("acme", Map.of(), Composition.ADD, "4"),
                delta("carol", Map.of(), Composition.GREATEST, "8"));
        database.once(fault);
        if (fault != FaultyDatabase.Fault.NONE) {
            assertThrows(DatabaseException.class, () -> store.flush(at(1), at(2), usage));
        }
        store.flush(at(1), at(2), usage);
        store.flush(at(2), at(3), usage);

        assertEquals(
                List.of("acme 9", "bob 4", "carol 8"),
                StoredRows.of(
                        POSTGRES,
                        "SELECT customer, value FROM usage.series JOIN usage.windows USING (series_id) ORDER BY customer"));
        assertEquals(List.of("3"), StoredRows.of(POSTGRES, "SELECT count(*) FROM usage.series"));
    }

    /** More series than are kept in mind are asked for; so are all after a restart, and those that another server has written. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 50_000})
    void shouldFindSeriesThatItDoesNotKnow(int knownSeriesMax) {
        WindowStore forgetful = new WindowStore(POSTGRES.database(), knownSeriesMax);
        FoldedUsage usage = usage(
                delta("acme", Map.of(), Composition.ADD, "1"),
                delta("bob", Map.of(), Composition.ADD, "2"),
                delta("carol", Map.of("region", "eu"), Composition.GREATEST, "4"));
        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage);
        forgetful.attach(JOURNAL, 1, 1);
        forgetful.flush(at(1), at(2), usage);
        forgetful.flush(at(2), at(3), usage);

        assertEquals(
                List.of("acme 3 6", "bob 6 6", "carol 4 6"),
                StoredRows.of(
                        POSTGRES,
                        "SELECT customer, value, events FROM usage.series JOIN usage.windows USING (series_id)"
                                + " ORDER BY customer"));
    }

    /** A database that was restored from a backup has given the numbers to others. */
    @Test
    void shouldAskForAllSeriesOfADatabaseThatItAttachesTo() {
        FoldedUsage usage = usage(delta("acme", Map.of(), Composition.ADD, "1"));
        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage);
        StoredRows.emptyUsage(POSTGRES);
        StoredRows.change(POSTGRES, "ALTER TABLE usage.series ALTER series_id RESTART");

        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage(delta("bob", Map.of(), Composition.ADD, "2")));
        store.flush(at(1), at(2), usage);

        assertEquals(
                List.of("acme 1", "bob 2"),
                StoredRows.of(
                        POSTGRES,
                        "SELECT customer, value FROM usage.series JOIN usage.windows USING (series_id) ORDER BY customer"));
    }
}
