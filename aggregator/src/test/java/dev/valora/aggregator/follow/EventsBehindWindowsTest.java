package dev.valora.aggregator.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.query.ListedEvents;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.TestDatabase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The events that are listed at any cut are those that the windows hold at it, counted by hand. */
class EventsBehindWindowsTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    @AutoClose
    private final TestJournal journal;

    private final ListedEvents listed;

    EventsBehindWindowsTest(@TempDir Path directory) {
        journal = new TestJournal(directory);
        listed = new ListedEvents(journal, journal.journal(), POSTGRES.database());
    }

    @BeforeEach
    void empty() {
        StoredRows.emptyUsage(POSTGRES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20261122})
    void shouldAddUpToWhatCountsAtEveryCut(long seed) {
        System.out.println("seed " + seed + ": mvn -o -pl aggregator -am test -Dtest=EventsBehindWindowsTest");
        VoidScript script = new VoidScript(journal, seed);
        Random random = new Random(~seed);
        script.write(60);
        listed.apply();
        long hours = ChronoUnit.HOURS.between(VoidScript.START, script.accepted()) + 2;
        for (int i = 0; i < 15; i++) {
            Instant cut = VoidScript.START.plus(random.nextLong(hours), ChronoUnit.HOURS);
            listed.slowDown(random.nextBoolean() ? 0 : random.nextLong(1_500_000_000L));
            String page = "&limit=" + (1 + random.nextInt(9)) + "&accepted_before=" + cut;
            for (MeterDefinition meter : VoidScript.METERS) {
                assertEquals(
                        script.expected(
                                meter.code(), cut, fact -> fact.customer + " " + fact.window + " " + fact.region),
                        sums(meter, "meter=" + meter.code() + page),
                        () -> "seed " + seed + ": " + meter.code() + " at " + cut);
            }
        }
    }

    /** What the events add up to, by customer, window and region. */
    private Map<String, String> sums(MeterDefinition meter, String query) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        for (JsonNode event : listed.events(VoidScript.ORGANIZATION, query)) {
            Instant window = Instant.parse(event.path("timestamp").textValue()).truncatedTo(ChronoUnit.HOURS);
            String region = meter.dimensions().isEmpty()
                    ? "null"
                    : event.path("properties").path("region").asText("null");
            String group = event.path("customer").textValue() + " " + window + " " + region;
            BigDecimal quantity = new BigDecimal(event.path("quantity").textValue());
            sums.merge(group, quantity, addsUp(meter) ? BigDecimal::add : BigDecimal::max);
            counts.merge(group, 1, Integer::sum);
        }
        Map<String, String> shown = new TreeMap<>();
        sums.forEach((group, sum) -> shown.put(
                group,
                (sum.signum() == 0 ? BigDecimal.ZERO : sum.stripTrailingZeros()).toPlainString() + " of "
                        + counts.get(group)));
        return shown;
    }

    private static boolean addsUp(MeterDefinition meter) {
        return List.of("count", "sum").contains(meter.code());
    }
}
