package dev.valora.aggregator.store;

import static dev.valora.aggregator.store.WindowDeltas.CUT;
import static dev.valora.aggregator.store.WindowDeltas.ELEVEN;
import static dev.valora.aggregator.store.WindowDeltas.JOURNAL;
import static dev.valora.aggregator.store.WindowDeltas.ORGANIZATION;
import static dev.valora.aggregator.store.WindowDeltas.TEN;
import static dev.valora.aggregator.store.WindowDeltas.at;
import static dev.valora.aggregator.store.WindowDeltas.delta;
import static dev.valora.aggregator.store.WindowDeltas.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.UsageTotals;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.TestDatabase;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read of the windows: at a cut, by customer, and by dimensions. */
class PgUsageReaderTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private final WindowStore store = new WindowStore(POSTGRES.database());
    private final PgUsageReader reader = new PgUsageReader(POSTGRES.database());

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
    }

    @Test
    void shouldReadAtACutTheSameForEver() {
        WindowDelta inTime = delta("acme", Map.of(), Composition.ADD, "1");
        WindowDelta late = new WindowDelta(
                ORGANIZATION,
                "acme",
                "gb",
                new TreeMap<>(),
                Windows.micros(TEN),
                Windows.micros(ELEVEN.plusSeconds(3600)),
                Composition.ADD,
                new Quantity(BigDecimal.TEN),
                1,
                false,
                120,
                120);
        UsageSelection atNoon = new UsageSelection(
                "gb",
                Composition.ADD,
                new Cut(TEN, ELEVEN, ELEVEN.plusSeconds(3600)),
                Set.of("acme"),
                Map.of(),
                List.of());

        store.flush(store.attach(JOURNAL, 1, 0), at(1), usage(inTime));
        List<UsageTotals> before = reader.totals(ORGANIZATION, atNoon);
        store.flush(at(1), at(2), usage(late));

        assertEquals(before, reader.totals(ORGANIZATION, atNoon));
        assertEquals("1", before.getFirst().value().toString());
        assertEquals(
                "11",
                reader.totals(
                                ORGANIZATION,
                                new UsageSelection("gb", Composition.ADD, CUT, Set.of("acme"), Map.of(), List.of()))
                        .getFirst()
                        .value()
                        .toString());
    }

    @Test
    void shouldFilterAndGroupByDimensions() {
        store.flush(
                store.attach(JOURNAL, 1, 0),
                at(1),
                usage(
                        delta("acme", Map.of("region", "eu", "model", "a"), Composition.ADD, "1"),
                        delta("acme", Map.of("region", "eu", "model", "b"), Composition.ADD, "2"),
                        delta("acme", Map.of("region", "us", "model", "a"), Composition.ADD, "4"),
                        delta("acme", Map.of("model", "a"), Composition.ADD, "8"),
                        delta("acme", Map.of("region", "null"), Composition.ADD, "16")));
        UsageSelection all =
                new UsageSelection("gb", Composition.ADD, CUT, Set.of("acme", "nobody"), Map.of(), List.of());

        Map<List<Optional<String>>, String> byRegion = new HashMap<>();
        reader.totals(ORGANIZATION, all.groupedBy(List.of("region")))
                .forEach(total -> byRegion.put(total.dimensions(), total.value().toString()));
        assertEquals(
                Map.of(
                        List.of(Optional.of("eu")), "3",
                        List.of(Optional.of("us")), "4",
                        List.of(Optional.empty()), "8",
                        List.of(Optional.of("null")), "16"),
                byRegion);
        assertEquals(
                List.of("acme 5", "nobody 0"),
                reader
                        .totals(ORGANIZATION, all.where(Map.of("region", Set.of("eu", "us"), "model", Set.of("a"))))
                        .stream()
                        .map(total -> total.customer() + " " + total.value())
                        .toList());
    }
}
