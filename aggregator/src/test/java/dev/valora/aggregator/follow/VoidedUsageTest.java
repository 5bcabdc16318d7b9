package dev.valora.aggregator.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.FaultyDatabase;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.UsageWindow;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.aggregator.store.PgUsageReader;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.TestDatabase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Voids from the real journal to what is read at every cut. */
class VoidedUsageTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final List<FaultyDatabase.Fault> FAULTS = List.of(FaultyDatabase.Fault.values());

    private final FaultyDatabase database = new FaultyDatabase(POSTGRES.database());

    @AutoClose
    private final TestJournal journal;

    private final TestFolds folds;

    VoidedUsageTest(@TempDir Path directory) {
        journal = new TestJournal(directory);
        folds = new TestFolds(journal, database);
    }

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
    }

    /** Every window of a meter at a cut. */
    private static Map<String, String> windows(String code, Cut cut) {
        List<Instant> boundaries = new ArrayList<>();
        for (Instant start = cut.from(); !start.isAfter(cut.to()); start = start.plus(1, ChronoUnit.HOURS)) {
            boundaries.add(start);
        }
        UsageSelection selection = UsageSelection.of(VoidScript.meter(code), cut)
                .groupedBy(VoidScript.meter(code).dimensions());
        Map<String, String> windows = new TreeMap<>();
        for (UsageWindow window : new PgUsageReader(POSTGRES.database())
                .windows(
                        VoidScript.ORGANIZATION,
                        new WindowsRequest(selection, boundaries, false, null, Integer.MAX_VALUE))) {
            String region = window.totals().dimensions().isEmpty()
                    ? "null"
                    : window.totals().dimensions().getFirst().orElse("null");
            windows.put(
                    window.totals().customer() + " " + window.start() + " " + region,
                    window.totals().value() + " of " + window.totals().events());
        }
        return windows;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261122})
    void shouldReadWhatCountsAtEveryCutHoweverItWasFolded(long seed) {
        System.out.println("seed " + seed + ": mvn -o -pl aggregator -am test -Dtest=VoidedUsageTest");
        VoidScript script = new VoidScript(journal, seed);
        Random random = new Random(~seed);
        FoldLoop loop = folds.open();
        for (int part = 0; part < 3; part++) {
            script.write(22);
            folds.apply(loop);
            // Everything accepted later leaves this cut alone, which the last look shows.
            assertReads(script, script.accepted().truncatedTo(ChronoUnit.HOURS));
        }
        assertTrue(folds.recountedEntries() > 0, "no window was recounted");
        for (int i = 0; i < 12; i++) {
            long hours = ChronoUnit.HOURS.between(VoidScript.START, script.accepted()) + 2;
            assertReads(script, VoidScript.START.plus(random.nextLong(hours), ChronoUnit.HOURS));
        }
        assertReads(script, Cut.WHATEVER_IS_APPLIED);

        List<String> rows = StoredRows.ofWindows(POSTGRES);
        empty();
        folds.apply(folds.open(new FoldSettings(0, 0, 8)));
        assertEquals(rows, StoredRows.ofWindows(POSTGRES));
        empty();
        applyThroughFaults(random);
        assertEquals(rows, StoredRows.ofWindows(POSTGRES));
    }

    private void applyThroughFaults(Random random) {
        FoldLoop loop = folds.open(new FoldSettings(200, 1_000, 5));
        while (loop.appliedSequence() < journal.journal().forcedSequence()) {
            switch (random.nextInt(12)) {
                case 0 -> database.once(FAULTS.get(random.nextInt(FAULTS.size())));
                case 1 -> loop = folds.open(new FoldSettings(200, 1_000, 1 + random.nextInt(30)));
                default -> {
                    folds.pass(random.nextInt(400));
                    loop.doWork();
                }
            }
        }
    }

    private static void assertReads(VoidScript script, Instant acceptedBefore) {
        Instant to = script.accepted().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        Cut cut = new Cut(VoidScript.START.minus(3, ChronoUnit.HOURS), to, acceptedBefore);
        for (MeterDefinition meter : VoidScript.METERS) {
            assertEquals(
                    script.expected(
                            meter.code(),
                            acceptedBefore,
                            fact -> fact.customer + " " + fact.window + " " + fact.region),
                    windows(meter.code(), cut),
                    () -> meter.code() + " at " + acceptedBefore);
        }
        script.assertQuantities(POSTGRES, cut);
    }

    private static Event used(String value) {
        return Event.of(VoidScript.ORGANIZATION, "acme", "max", "2026-03-01T10:30:00Z")
                .byType("used")
                .value(value);
    }

    private void voided(String accepted, Event event, long sequence, int index) {
        journal.commit(Instant.parse(accepted), List.of(Entries.voidOf(event, Position.pack(sequence, index))));
    }

    private static List<String> at(String acceptedBefore) {
        Cut cut = new Cut(
                Instant.parse("2026-03-01T10:00:00Z"),
                Instant.parse("2026-03-01T11:00:00Z"),
                Instant.parse(acceptedBefore));
        List<String> values = new ArrayList<>();
        for (String code : List.of("count", "sum", "max")) {
            values.add(String.join(" ", windows(code, cut).values()));
            String value = VoidScript.quantity(POSTGRES, code, "acme", cut);
            assertEquals(values.getLast().isEmpty() ? "0" : values.getLast().replaceAll(" .*", ""), value);
        }
        return values;
    }

    @Test
    void shouldLeaveCutsBeforeTheVoidAsTheyWere() {
        journal.define("2026-03-01T10:00:00Z", VoidScript.METERS.toArray(MeterDefinition[]::new));
        long sent = journal.commit("2026-03-01T10:31:00Z", used("5"), used("9"), used("7"));
        FoldLoop loop = folds.open();
        folds.apply(loop);
        List<String> before = List.of("3 of 3", "21 of 3", "9 of 3");
        assertEquals(before, at("2026-03-01T11:00:00Z"));

        voided("2026-03-01T11:05:00Z", used("9"), sent, 1);
        journal.commit("2026-03-01T12:00:00Z", used("8"));
        voided("2026-06-01T13:05:00Z", used("5"), sent, 0);
        folds.apply(loop);
        assertEquals(before, at("2026-03-01T11:00:00Z"));
        assertEquals(List.of("2 of 2", "12 of 2", "7 of 2"), at("2026-03-01T12:00:00Z"));
        assertEquals(List.of("3 of 3", "20 of 3", "8 of 3"), at("2026-03-01T13:00:00Z"));
        assertEquals(List.of("2 of 2", "15 of 2", "8 of 2"), at("2026-06-01T14:00:00Z"));
    }

    @Test
    void shouldShowNoUsageOnceEverythingIsVoided() {
        journal.define("2026-03-01T10:00:00Z", VoidScript.METERS.toArray(MeterDefinition[]::new));
        long sent = journal.commit("2026-03-01T10:31:00Z", used("-5"));
        voided("2026-03-01T10:32:00Z", used("-5"), sent, 0);
        FoldLoop loop = folds.open();
        folds.apply(loop);
        assertEquals(List.of("", "", ""), at("2026-03-01T11:00:00Z"));

        journal.commit("2026-03-01T10:33:00Z", used("-7"));
        folds.apply(loop);
        assertEquals(List.of("1 of 1", "-7 of 1", "-7 of 1"), at("2026-03-01T11:00:00Z"));
        assertEquals(
                new Quantity(new BigDecimal("-7")).toString(),
                VoidScript.quantity(
                        POSTGRES,
                        "max",
                        "acme",
                        Cut.applied(Instant.parse("2026-03-01T10:00:00Z"), Instant.parse("2026-03-01T11:00:00Z"))));
    }

    @Test
    void shouldReadTheJournalAgainOnlyWhenTheGreatestValueGoes() {
        journal.define("2026-03-01T10:00:00Z", VoidScript.METERS.toArray(MeterDefinition[]::new));
        long sent = journal.commit("2026-03-01T10:31:00Z", used("5"), used("9"), used("9"));
        FoldLoop loop = folds.open();
        voided("2026-03-01T10:40:00Z", used("5"), sent, 0);
        folds.apply(loop);
        assertEquals(0, folds.recountedEntries());

        voided("2026-03-01T10:41:00Z", used("9"), sent, 1);
        folds.apply(loop);
        assertTrue(folds.recountedEntries() > 0, "one of two greatest values went");
        assertEquals(List.of("1 of 1", "9 of 1", "9 of 1"), at("2026-03-01T11:00:00Z"));
        voided("2026-03-01T10:42:00Z", used("9"), sent, 2);
        folds.apply(loop);
        assertEquals(List.of("", "", ""), at("2026-03-01T11:00:00Z"));
    }

    @Test
    void shouldEndWhileAVoidAwaitsItsWindow() throws Exception {
        journal.define("2026-03-01T10:00:00Z", VoidScript.METERS.toArray(MeterDefinition[]::new));
        long sent = journal.commit("2026-03-01T10:31:00Z", used("5"), used("9"));
        voided("2026-03-01T10:40:00Z", used("9"), sent, 1);
        FoldLoop loop = folds.open();
        loop.doWork();
        loop.doWork();
        loop.close();
        assertEquals(List.of("1 of 1", "5 of 1", "5 of 1"), at("2026-03-01T11:00:00Z"));
    }
}
