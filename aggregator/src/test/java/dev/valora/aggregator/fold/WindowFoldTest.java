package dev.valora.aggregator.fold;

import static dev.valora.aggregator.Entries.meter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.Windows;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WindowFoldTest {

    private static final OrganizationId ORGANIZATION = Entries.organization(1);
    private static final Instant ACCEPTED = Instant.parse("2026-03-01T12:30:00Z");

    private final MeterDirectory directory = new MeterDirectory();

    private static Event event(String meter, String at) {
        return Event.of(ORGANIZATION, "acme", meter, at);
    }

    private WindowFold fold() {
        return new WindowFold(directory, 1_000, 7);
    }

    private FoldedUsage folded(Instant accepted, Event... events) {
        WindowFold fold = fold();
        fold.fold(
                Entries.view(Entries.entry(
                        5, accepted, Arrays.stream(events).map(Event::record).toList())),
                0);
        return fold.take();
    }

    @ParameterizedTest
    @CsvSource({
        // minutes, event time, window start
        "60, 2026-03-01T10:00:00Z,        2026-03-01T10:00:00Z",
        "60, 2026-03-01T09:59:59.999999Z, 2026-03-01T09:00:00Z",
        "60, 2026-03-01T10:00:00.000001Z, 2026-03-01T10:00:00Z",
        "60, 2026-03-01T10:59:59.999999Z, 2026-03-01T10:00:00Z",
        "15, 2026-03-01T10:15:00Z,        2026-03-01T10:15:00Z",
        "15, 2026-03-01T10:14:59.999999Z, 2026-03-01T10:00:00Z",
        "15, 2026-03-01T10:15:00.000001Z, 2026-03-01T10:15:00Z",
        "15, 2026-03-29T01:45:00Z,        2026-03-29T01:45:00Z",
        "60, 1969-12-31T23:59:59.999999Z, 1969-12-31T23:00:00Z",
        "60, 2028-02-29T23:59:59.999999Z, 2028-02-29T23:00:00Z",
    })
    void shouldFloorTheEventTimeToItsWindow(int minutes, Instant at, Instant windowStart) {
        directory.define(
                new MeterDefinition(ORGANIZATION, "calls", Aggregation.COUNT, "calls", null, List.of(), minutes), 1);

        WindowDelta window =
                folded(ACCEPTED, event("calls", at.toString())).windows().getFirst();

        assertEquals(windowStart, Windows.instant(window.windowStartMicros()));
        assertEquals(at, Windows.instant(Windows.micros(at)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z,        2026-03-01T12:00:00Z",
        "2026-03-01T11:59:59.999999Z, 2026-03-01T11:00:00Z",
        "2026-03-01T12:00:00.000001Z, 2026-03-01T12:00:00Z",
        "2026-03-01T12:59:59.999999Z, 2026-03-01T12:00:00Z",
    })
    void shouldFloorTheAcceptedTimeToItsHour(Instant accepted, Instant hour) {
        directory.define(
                new MeterDefinition(ORGANIZATION, "calls", Aggregation.COUNT, "calls", null, List.of(), 15), 1);

        WindowDelta window = folded(accepted, event("calls", "2026-03-01T10:20:00Z"))
                .windows()
                .getFirst();

        assertEquals(hour, Windows.instant(window.acceptedHourMicros()));
        assertEquals(Instant.parse("2026-03-01T10:15:00Z"), Windows.instant(window.windowStartMicros()));
    }

    static Stream<Arguments> values() {
        String nines = "999999999999999999.999999999999";
        return Stream.of(
                Arguments.of(Aggregation.COUNT, List.of("5", "7.5", "-3"), "3"),
                Arguments.of(Aggregation.SUM, List.of("0.1", "0.2"), "0.3"),
                Arguments.of(Aggregation.SUM, List.of("1", "-1"), "0"),
                Arguments.of(Aggregation.SUM, List.of("1.0", "1.00", "0.000000000001"), "2.000000000001"),
                Arguments.of(
                        Aggregation.SUM,
                        List.of("0.000000000001", "999999999999999999"),
                        "999999999999999999.000000000001"),
                Arguments.of(Aggregation.SUM, List.of(nines, nines), "1999999999999999999.999999999998"),
                Arguments.of(Aggregation.SUM, List.of(nines, "-" + nines), "0"),
                Arguments.of(Aggregation.SUM, List.of(nines, "0.000000000001", "1"), "1000000000000000001"),
                Arguments.of(
                        Aggregation.SUM,
                        List.of(
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000",
                                "900000000000000000"),
                        "9900000000000000000"),
                Arguments.of(
                        Aggregation.SUM,
                        List.of("-900000000000000000", "-900000000000000000.1", "-9000000.000000000001"),
                        "-1800000000009000000.100000000001"),
                Arguments.of(Aggregation.MAX, List.of("-5", "-2.5", "-3"), "-2.5"),
                Arguments.of(Aggregation.MAX, List.of("1.5", "1.49", "1.500"), "1.5"),
                Arguments.of(Aggregation.MAX, List.of("999999999999999999", nines, "3"), nines),
                Arguments.of(Aggregation.MAX, List.of("0.000000000001", "999999999999999999"), "999999999999999999"),
                Arguments.of(Aggregation.MAX, List.of("-" + nines, "-999999999999999999"), "-999999999999999999"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void shouldComputeExactly(Aggregation aggregation, List<String> values, String expected) {
        directory.define(meter(ORGANIZATION, "gb", aggregation), 1);

        FoldedUsage usage = folded(
                ACCEPTED,
                values.stream()
                        .map(value -> event("gb", "2026-03-01T10:00:00Z").value(value))
                        .toArray(Event[]::new));

        WindowDelta window = usage.windows().getFirst();
        assertEquals(1, usage.windows().size());
        assertEquals(new Quantity(new BigDecimal(expected)), window.value());
        assertEquals(values.size(), window.events());
        assertEquals(Position.pack(5, 0), window.firstPosition());
        assertEquals(Position.pack(5, values.size() - 1), window.lastPosition());
    }

    static Stream<Arguments> properties() {
        return Stream.of(
                Arguments.of(new BigDecimal("2.5"), "2.5"),
                Arguments.of("2.5", "2.5"),
                Arguments.of("-0.000000000001", "-0.000000000001"),
                Arguments.of("999999999999999999.999999999999", "999999999999999999.999999999999"),
                Arguments.of("foo_bar", null),
                Arguments.of("", null),
                Arguments.of("1,5", null),
                Arguments.of("NaN", null),
                Arguments.of("1000000000000000000", null),
                Arguments.of(true, null),
                Arguments.of(null, null));
    }

    @ParameterizedTest
    @MethodSource("properties")
    void shouldTakeTheValueOfAPropertyOrCountASkip(@Nullable Object property, @Nullable String expected) {
        directory.define(new MeterDefinition(ORGANIZATION, "cpu", Aggregation.SUM, "job", "seconds", List.of(), 60), 1);
        directory.define(new MeterDefinition(ORGANIZATION, "jobs", Aggregation.COUNT, "job", null, List.of(), 60), 2);
        Event job = event("", "2026-03-01T10:00:00Z").byType("job").value("77");

        FoldedUsage usage = folded(ACCEPTED, property == null ? job : job.with("seconds", property));

        Map<String, Quantity> values = new TreeMap<>();
        usage.windows().forEach(window -> values.put(window.meter(), Objects.requireNonNull(window.value())));
        Map<String, Quantity> wanted = new TreeMap<>(Map.of("jobs", new Quantity(BigDecimal.ONE)));
        if (expected != null) {
            wanted.put("cpu", new Quantity(new BigDecimal(expected)));
        }
        assertEquals(wanted, values);
        assertEquals(
                expected == null ? List.of(new SkipDelta(ORGANIZATION, "cpu", 1, Position.pack(5, 0))) : List.of(),
                usage.skips());
    }

    @Test
    void shouldSkipByMeterAndForgetAfterTheTake() {
        directory.define(meter(ORGANIZATION, "gb", Aggregation.SUM), 1);
        WindowFold fold = fold();
        byte[] lacking = event("", "2026-03-01T10:00:00Z").byType("gb").record();

        fold.fold(Entries.view(Entries.entry(5, ACCEPTED, List.of(lacking, lacking, lacking))), 0);

        assertFalse(fold.isEmpty());
        assertEquals(
                List.of(new SkipDelta(ORGANIZATION, "gb", 3, Position.pack(5, 2))),
                fold.take().skips());
        assertTrue(fold.isEmpty());
        assertEquals(List.of(), fold.take().skips());
    }

    @Test
    void shouldFeedEveryLiveMeterOfAType() {
        directory.define(new MeterDefinition(ORGANIZATION, "a", Aggregation.COUNT, "call", null, List.of(), 60), 1);
        directory.define(
                new MeterDefinition(ORGANIZATION, "b", Aggregation.COUNT, "call", null, List.of(), 60),
                Position.pack(5, 1));
        directory.define(new MeterDefinition(ORGANIZATION, "c", Aggregation.COUNT, "call", null, List.of(), 60), 2);
        directory.archive(ORGANIZATION, "c", Position.pack(5, 2));
        directory.define(meter(Entries.organization(2), "d", Aggregation.COUNT), 3);
        Event call = event("", "2026-03-01T10:00:00Z").byType("call");

        FoldedUsage usage = folded(ACCEPTED, call, call, call, call.byType("d"));

        Map<String, Long> counts = new TreeMap<>();
        usage.windows().forEach(window -> counts.put(window.meter(), window.events()));
        assertEquals(Map.of("a", 3L, "b", 1L, "c", 2L), counts);
    }

    @Test
    void shouldFollowDefinitionsAndArchivingsInTheJournal() {
        MeterDefinition definition = meter(ORGANIZATION, "calls", Aggregation.COUNT);
        byte[] call = event("", "2026-03-01T10:00:00Z").byType("calls").record();
        WindowFold fold = fold();
        byte[] entry = Entries.entry(
                9,
                ACCEPTED,
                List.of(
                        call,
                        MeterRecords.encode(definition),
                        call,
                        call,
                        MeterRecords.encode(new MeterRecords.Archived(ORGANIZATION, "calls")),
                        call));

        fold.fold(Entries.view(entry), 0);
        WindowDelta first = fold.take().windows().getFirst();
        fold.fold(Entries.view(entry), 0);
        WindowDelta again = fold.take().windows().getFirst();

        assertEquals(2, first.events());
        assertEquals(first, again);
    }

    @Test
    void shouldCountWhatAdmissionAcceptedForAMeterThatIsArchivedByNow() {
        directory.define(meter(ORGANIZATION, "calls", Aggregation.COUNT), 1);
        directory.archive(ORGANIZATION, "calls", 2);

        assertEquals(1, folded(ACCEPTED, event("calls", "2026-03-01T10:00:00Z")).events());
    }

    @Test
    void shouldStopAtAMeterThatTheJournalNeverDefined() {
        IllegalStateException broken = assertThrows(
                IllegalStateException.class, () -> folded(ACCEPTED, event("ghost", "2026-03-01T10:00:00Z")));

        assertEquals(
                "the event at 5/0 addresses the meter ghost, which the journal has not defined", broken.getMessage());
    }

    @Test
    void shouldKeepDimensionsApartExactly() {
        directory.define(meter(ORGANIZATION, "calls", Aggregation.COUNT, "region", "cached"), 1);
        Event call = event("calls", "2026-03-01T10:00:00Z");

        FoldedUsage usage = folded(
                ACCEPTED,
                call,
                call.with("region", ""),
                call.with("region", "eu"),
                call.with("region", "eu").with("unrelated", "x"),
                call.with("cached", true),
                call.with("cached", "true"),
                call.with("cached", new BigDecimal("1.5")).with("region", "cached"));

        Map<Map<String, String>, Long> counts = new java.util.HashMap<>();
        usage.windows().forEach(window -> counts.merge(window.dimensions(), window.events(), Long::sum));
        assertEquals(
                Map.of(
                        Map.of(), 1L,
                        Map.of("region", ""), 1L,
                        Map.of("region", "eu"), 2L,
                        Map.of("cached", "true"), 2L,
                        Map.of("cached", "1.5", "region", "cached"), 1L),
                counts);
        assertEquals(5, usage.windows().size());
    }

    @Test
    void shouldKeepCustomersAndOrganizationsApart() {
        OrganizationId other = Entries.organization(2);
        directory.define(meter(ORGANIZATION, "calls", Aggregation.COUNT), 1);
        directory.define(meter(other, "calls", Aggregation.COUNT), 2);

        FoldedUsage usage = folded(
                ACCEPTED,
                Event.of(ORGANIZATION, "a", "calls", "2026-03-01T10:00:00Z"),
                Event.of(other, "a", "calls", "2026-03-01T10:00:00Z"),
                Event.of(ORGANIZATION, "ä", "calls", "2026-03-01T10:00:00Z"),
                Event.of(ORGANIZATION, "a", "calls", "2026-03-01T10:30:00Z"));

        assertEquals(
                List.of(ORGANIZATION + " a 2", other + " a 1", ORGANIZATION + " ä 1"),
                usage.windows().stream()
                        .map(window -> window.organization() + " " + window.customer() + " " + window.events())
                        .toList());
    }

    @Test
    void shouldStopInTheMiddleOfAnEntryWhenFullAndGoOnFromThere() {
        directory.define(meter(ORGANIZATION, "calls", Aggregation.COUNT), 1);
        WindowFold fold = new WindowFold(directory, 2, 7);
        byte[] entry = Entries.entry(
                5,
                ACCEPTED,
                Stream.of("a", "b", "a", "c", "a")
                        .map(customer -> Event.of(ORGANIZATION, customer, "calls", "2026-03-01T10:00:00Z")
                                .record())
                        .toList());

        assertEquals(2, fold.fold(Entries.view(entry), 0));
        assertEquals(2, fold.fold(Entries.view(entry), 2));
        assertEquals(2, fold.take().events());
        assertEquals(4, fold.fold(Entries.view(entry), 2));
        assertEquals(2, fold.take().events());
        assertEquals(5, fold.fold(Entries.view(entry), 4));
        assertEquals(
                List.of(Position.pack(5, 4)),
                fold.take().windows().stream().map(WindowDelta::firstPosition).toList());
    }

    @Test
    void shouldForgetWhatWasNotTaken() {
        directory.define(meter(ORGANIZATION, "gb", Aggregation.SUM), 1);
        WindowFold fold = fold();
        Event lacking = event("", "2026-03-01T10:00:00Z").byType("gb");
        byte[] entry = Entries.entry(
                5,
                ACCEPTED,
                List.of(
                        lacking.record(),
                        event("gb", "2026-03-01T10:00:00Z").value("3").record()));

        fold.fold(Entries.view(entry), 0);
        fold.clear();
        assertTrue(fold.isEmpty());
        fold.fold(Entries.view(entry), 0);

        FoldedUsage usage = fold.take();
        assertEquals(1, usage.events());
        assertEquals(1, usage.skippedEvents());
    }
}
