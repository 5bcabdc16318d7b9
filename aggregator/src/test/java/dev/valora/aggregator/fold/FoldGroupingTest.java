package dev.valora.aggregator.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However entries are cut into flushes, the rows are the same, and the same as those of a fold written the slow way. */
class FoldGroupingTest {

    private static final Instant START = Instant.parse("2026-03-28T20:00:00Z");

    private record Key(
            String organization,
            String customer,
            String meter,
            Map<String, String> dimensions,
            long start,
            long hour) {}

    private record Value(Quantity value, long events, long first, long last) {}

    private final MeterDirectory directory = new MeterDirectory();
    private final List<byte[]> entries = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void shouldGiveTheSameRowsInAnyGrouping(long seed) {
        System.out.println("seed " + seed + ": mvn -o -pl aggregator -am test -Dtest=FoldGroupingTest");
        Random random = new Random(seed);
        define();
        Map<Key, Value> expected = entries(random);

        assertEquals(expected, rows(Integer.MAX_VALUE, 1_000_000, seed, random));
        assertEquals(expected, rows(Integer.MAX_VALUE, 3, seed + 1, random));
        assertEquals(expected, rows(1, 1_000_000, seed, random));
        assertEquals(expected, rows(17, 40, -seed, random));
    }

    private void define() {
        long position = 0;
        for (int organization = 1; organization <= 2; organization++) {
            for (Aggregation aggregation : List.of(Aggregation.COUNT, Aggregation.SUM, Aggregation.MAX)) {
                directory.define(
                        new MeterDefinition(
                                Entries.organization(organization),
                                aggregation.wireName(),
                                aggregation,
                                "used",
                                null,
                                aggregation == Aggregation.MAX ? List.of() : List.of("region"),
                                organization == 1 ? 60 : 15),
                        ++position);
            }
        }
    }

    /** Draws entries and, beside them, the rows that they must make. */
    private Map<Key, Value> entries(Random random) {
        Map<Key, Value> expected = new HashMap<>();
        long micros = 0;
        for (long sequence = 1; sequence <= 300; sequence++) {
            micros += random.nextInt(90_000_000);
            Instant accepted = START.plusNanos(micros * 1_000);
            List<byte[]> records = new ArrayList<>();
            int count = random.nextInt(12);
            for (int index = 0; index < count; index++) {
                Event event = event(random, accepted);
                records.add(event.record());
                expect(expected, event, accepted, (sequence << 20) | index);
            }
            entries.add(Entries.entry(sequence, accepted, records));
        }
        return expected;
    }

    private static Event event(Random random, Instant accepted) {
        BigDecimal value = random.nextInt(4) == 0
                ? new BigDecimal(new BigInteger(99, random).subtract(BigInteger.ONE.shiftLeft(98)), 12)
                : BigDecimal.valueOf(random.nextInt(2_000_000) - 500_000, random.nextInt(7));
        Event event = new Event(
                Entries.organization(1 + random.nextInt(2)),
                "customer-" + random.nextInt(5),
                "used",
                true,
                value,
                accepted.minusSeconds(random.nextInt(20_000)),
                Map.of());
        return random.nextBoolean() ? event.with("region", "r" + random.nextInt(3)) : event;
    }

    /** The slow way: strings, maps and big decimals. */
    private static void expect(Map<Key, Value> rows, Event event, Instant accepted, long position) {
        for (String meter : List.of("count", "sum", "max")) {
            boolean isFirst = event.organization().equals(Entries.organization(1));
            long minutes = isFirst ? 60 : 15;
            long start = Math.floorDiv(event.at().getEpochSecond(), minutes * 60) * minutes * 60;
            long hour = Math.floorDiv(accepted.getEpochSecond(), 3600L) * 3600;
            Map<String, String> dimensions = new HashMap<>();
            if (!meter.equals("max") && event.properties().containsKey("region")) {
                dimensions.put("region", String.valueOf(event.properties().get("region")));
            }
            BigDecimal value = event.value() == null || meter.equals("count") ? BigDecimal.ONE : event.value();
            rows.merge(
                    new Key(event.organization().toString(), event.customer(), meter, dimensions, start, hour),
                    new Value(new Quantity(value), 1, position, position),
                    (a, b) -> compose(meter.equals("max") ? Composition.GREATEST : Composition.ADD, a, b));
        }
    }

    private Map<Key, Value> rows(int entriesPerFlush, int windowsMax, long hashSeed, Random random) {
        WindowFold fold = new WindowFold(directory, windowsMax, hashSeed);
        Map<Key, Value> rows = new HashMap<>();
        int sinceFlush = 0;
        for (byte[] entry : entries) {
            int next = 0;
            int count = Entries.view(entry).recordCount();
            do {
                next = fold.fold(Entries.view(entry), next);
                if (next < count || ++sinceFlush >= entriesPerFlush || random.nextInt(100) == 0) {
                    flush(fold, rows);
                    sinceFlush = 0;
                }
            } while (next < count);
        }
        flush(fold, rows);
        return rows;
    }

    private static void flush(WindowFold fold, Map<Key, Value> rows) {
        for (WindowDelta delta : fold.take().windows()) {
            rows.merge(
                    new Key(
                            delta.organization().toString(),
                            delta.customer(),
                            delta.meter(),
                            Map.copyOf(delta.dimensions()),
                            delta.windowStartMicros() / 1_000_000,
                            delta.acceptedHourMicros() / 1_000_000),
                    new Value(
                            Objects.requireNonNull(delta.value()),
                            delta.events(),
                            delta.firstPosition(),
                            delta.lastPosition()),
                    (a, b) -> compose(delta.composition(), a, b));
        }
    }

    private static Value compose(Composition composition, Value a, Value b) {
        Quantity value = switch (composition) {
            case ADD -> a.value().plus(b.value());
            case GREATEST -> a.value().compareTo(b.value()) >= 0 ? a.value() : b.value();
        };
        return new Value(value, a.events() + b.events(), Math.min(a.first(), b.first()), Math.max(a.last(), b.last()));
    }
}
