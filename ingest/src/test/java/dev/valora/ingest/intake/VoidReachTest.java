package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.parse.UsageParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What voids need of the journal's beginning. */
final class VoidReachTest {

    private static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(1, 1));
    private static final long NOTHING = Long.MAX_VALUE;
    private static final long NOW = micros("2026-06-01T00:00:00Z");

    private final MeterDirectory meters = new MeterDirectory();
    private final VoidReach reach = new VoidReach(1, Long.MIN_VALUE, 0);

    VoidReachTest() {
        define("sum", Aggregation.SUM, "used", 60, 1);
        define("peak", Aggregation.MAX, "used", 60, 1);
        define("quarter", Aggregation.MAX, "quarter", 15, 1);
        define("late", Aggregation.MAX, "grown", 60, 5);
        define("early", Aggregation.COUNT, "grown", 60, 1);
    }

    private void define(String code, Aggregation aggregation, String type, int windowMinutes, long sequence) {
        meters.define(
                new MeterDefinition(ORGANIZATION, code, aggregation, type, null, List.of(), windowMinutes),
                Position.pack(sequence, 0));
    }

    /** The void of an event at entry {@code sequence}. */
    private VoidRecord voided(String target, String eventTime, long sequence) {
        UsageBatch batch = new UsageBatch(new UsageBatch.Listener() {
            @Override
            public void onDurable(UsageBatch told) {}

            @Override
            public void onFailed(UsageBatch told) {}
        });
        batch.begin(ORGANIZATION, false);
        byte[] body = ("{\"idempotency_key\":\"k\",\"customer\":\"c\"," + target + ",\"value\":1,\"timestamp\":\""
                        + eventTime + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), meters).parse(body, body.length, false, batch);
        return new VoidRecord(
                Position.pack(sequence, 0), new EventRecord().wrap(batch.records, batch.recordOffset[0]), "wrong");
    }

    private static String meter(String code) {
        return "\"meter\":\"" + code + "\"";
    }

    private static String type(String type) {
        return "\"type\":\"" + type + "\"";
    }

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    /** An hour before the window, because senders' clocks may run ahead by so much. */
    @ParameterizedTest
    @CsvSource({
        "'\"meter\":\"peak\"',    2026-01-05T10:59:59Z,   2026-01-05T09:00:00Z",
        "'\"meter\":\"peak\"',    2026-01-05T10:00:00Z,   2026-01-05T09:00:00Z",
        "'\"meter\":\"quarter\"', 2026-01-05T10:59:59Z,   2026-01-05T09:45:00Z",
        "'\"meter\":\"peak\"',    1970-01-01T00:30:00Z,   1969-12-31T23:00:00Z",
        "'\"meter\":\"sum\"',     2026-01-05T10:59:59Z,   ",
        "'\"type\":\"used\"',     2026-01-05T10:59:59Z,   2026-01-05T09:00:00Z",
        "'\"type\":\"unknown\"',  2026-01-05T10:59:59Z,   ",
        "'\"type\":\"grown\"',    2026-01-05T10:59:59Z,   ",
        "'\"meter\":\"late\"',    2026-01-05T10:59:59Z,   2026-01-05T09:00:00Z"
    })
    void shouldNeedAWindowFromItsFirstPossibleEvent(String target, String eventTime, String from) {
        assertTrue(reach.admit(Position.pack(9, 0), NOW, voided(target, eventTime, 4), meters));
        assertEquals(from == null ? NOTHING : micros(from), reach.neededFromMicros(1));
    }

    @Test
    void shouldRefuseAVoidOfWhatIsGivenUp() {
        long through = micros("2026-01-05T09:00:00Z");
        assertTrue(reach.giveUp(100, through, 1));
        assertFalse(reach.admit(Position.pack(200, 0), NOW, voided(meter("sum"), "2026-01-09T00:00:00Z", 99), meters));
        assertTrue(reach.admit(Position.pack(200, 0), NOW, voided(meter("sum"), "2026-01-01T00:00:00Z", 100), meters));
        assertFalse(
                reach.admit(Position.pack(201, 0), NOW, voided(meter("peak"), "2026-01-05T10:59:59Z", 150), meters));
        assertFalse(reach.admit(Position.pack(201, 0), NOW, voided(type("used"), "2026-01-05T10:59:59Z", 150), meters));
        assertTrue(reach.admit(Position.pack(201, 0), NOW, voided(meter("peak"), "2026-01-05T11:00:00Z", 150), meters));
        assertTrue(reach.giveUp(50, through - 1, 1), "what is given up stays so");
        assertFalse(reach.admit(Position.pack(202, 0), NOW, voided(meter("sum"), "2026-01-09T00:00:00Z", 99), meters));
    }

    @Test
    void shouldBeginWhereTheJournalBegins() {
        VoidReach begun = new VoidReach(100, micros("2026-01-05T09:00:00Z"), 0);
        assertFalse(begun.admit(Position.pack(200, 0), NOW, voided(meter("sum"), "2026-01-09T00:00:00Z", 99), meters));
        assertFalse(
                begun.admit(Position.pack(200, 0), NOW, voided(meter("peak"), "2026-01-05T10:59:59Z", 150), meters));
        // What is in the journal is there, whatever it needs.
        begun.replay(Position.pack(200, 0), voided(meter("peak"), "2026-01-05T10:59:59Z", 150), meters);
        assertEquals(micros("2026-01-05T09:00:00Z"), begun.neededFromMicros(1));
    }

    /** Or voids of old windows, one after the other, could keep the journal's beginning for ever. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-05T10:30:00Z, 2026-04-15T09:00:00Z,        true",
        "2026-01-05T10:30:00Z, 2026-04-15T09:00:00.000001Z, false",
        "2026-01-05T11:00:00Z, 2026-04-15T09:30:00Z,        true"
    })
    void shouldNotRecountWhatNeedNotBeKeptAnyMore(String eventTime, String accepted, boolean admitted) {
        VoidReach bounded = new VoidReach(1, Long.MIN_VALUE, 100);
        long now = micros(accepted);
        assertEquals(admitted, bounded.admit(Position.pack(9, 0), now, voided(meter("peak"), eventTime, 4), meters));
        assertTrue(bounded.admit(Position.pack(9, 1), now, voided(meter("sum"), eventTime, 4), meters));
    }

    @Test
    void shouldGiveUpNothingThatARestoredDatabaseNeeds() {
        assertTrue(reach.admit(Position.pack(50, 3), NOW, voided(meter("peak"), "2026-01-05T10:30:00Z", 4), meters));
        long needed = micros("2026-01-05T09:00:00Z");
        assertFalse(reach.giveUp(20, needed, 50));
        assertTrue(reach.admit(Position.pack(51, 0), NOW, voided(meter("peak"), "2026-01-05T10:40:00Z", 4), meters));
        assertTrue(reach.giveUp(20, needed - 1, 50));
        assertFalse(reach.giveUp(20, needed, 51));
        assertTrue(reach.giveUp(20, needed, 52), "the voids are older than any backup");
    }

    /** {@code mvn test -Dtest=VoidReachTest -Dvalora.seed=…} repeats a case. */
    @Test
    void shouldTellTheEarliestNeedOfAllYoungVoids() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("VoidReachTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        record Need(long sequence, long fromMicros) {}
        List<Need> all = new ArrayList<>();
        long horizon = 1;
        for (int sequence = 1; sequence < 2_000; sequence++) {
            String hour = Instant.parse("2026-01-01T00:00:00Z")
                    .plus(sequence / 10 + random.nextInt(100), ChronoUnit.HOURS)
                    .toString();
            assertTrue(reach.admit(Position.pack(sequence, 0), NOW, voided(meter("peak"), hour, 1), meters));
            all.add(new Need(sequence, micros(hour) - 3_600_000_000L));
            horizon = Math.max(horizon, sequence - random.nextInt(300));
            long young = horizon;
            assertEquals(
                    all.stream()
                            .filter(need -> need.sequence() >= young)
                            .mapToLong(Need::fromMicros)
                            .min()
                            .orElse(NOTHING),
                    reach.neededFromMicros(young));
        }
    }
}
