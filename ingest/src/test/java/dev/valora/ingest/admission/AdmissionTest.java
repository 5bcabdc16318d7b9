package dev.valora.ingest.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fates of events as a bookkeeper would write them down. A line is an event: key, meter, value, event time, fate. Event
 * times are relative to the accepted time, {@code none} is a timestamp that was not sent. {@code request}, {@code atomic
 * request} begin a request, {@code later 91d} moves the clock, {@code archive} ends a meter, {@code forget -9d} removes
 * everything that was accepted, with events until that time, {@code journaled} lists the keys that the request before added.
 */
final class AdmissionTest {

    private static final long MICROS = 1_000_000L;
    private static final long START = 1_700_000_000L * MICROS;

    private final MeterDirectory meters = new MeterDirectory();
    private final DedupIndex index = new DedupIndex();
    private final Admission admission = new Admission(index, 90);
    private final EntryDraft entry = new EntryDraft();
    private long sequence = 1;
    private long nowMicros = START;

    AdmissionTest() {
        for (String code : List.of("calls", "bytes")) {
            meters.define(
                    new MeterDefinition(TestBatch.ORGANIZATION, code, Aggregation.SUM, code, null, List.of(), 60),
                    Position.pack(1, 0));
        }
    }

    @AfterEach
    void closeIndex() {
        index.close();
    }

    private static List<Arguments> scenarios() {
        return List.of(
                scenario("the first of a key wins, within a request and across requests", """
            request
            k1 | calls | 5 | none | accepted
            k1 | calls | 5 | none | duplicate
            k1 | calls | 6 | none | conflict
            k2 | calls | 5 | none | accepted
            journaled k1 k2
            request
            k2 | calls | 5 | none | duplicate
            k1 | calls | 6 | none | conflict
            journaled
            """),
                scenario(
                        "content is compared as sent: meter, value and event time count, a defaulted time does not",
                        """
            request
            k1 | calls | 5 | none | accepted
            k2 | calls | 5 | -1h  | accepted
            later 3h
            request
            k1 | calls | 5 | none | duplicate
            k1 | bytes | 5 | none | conflict
            k1 | calls | 5 | -1h  | conflict
            k2 | calls | 5 | -4h  | duplicate
            k2 | calls | 5 | -1h  | conflict
            journaled
            """),
                scenario("a retry stays a duplicate after its meter was archived", """
            request
            k1 | calls | 5 | none | accepted
            archive calls
            request
            k1 | calls | 5 | none | duplicate
            k1 | calls | 6 | none | conflict
            k2 | calls | 5 | none | archived_meter
            k3 | bytes | 5 | none | accepted
            k2 | bytes | 5 | none | accepted
            journaled k3 k2
            """),
                scenario("a retry stays a duplicate after the event grew old", """
            request
            k1 | calls | 5 | -89d | accepted
            later 30d
            request
            k1 | calls | 5 | -119d | duplicate
            k1 | calls | 6 | -119d | conflict
            k2 | calls | 5 | -119d | timestamp_too_old
            journaled
            """),
                scenario("the age has limits, and both are inside", """
            request
            k1 | calls | 1 | -90d     | accepted
            k2 | calls | 1 | -90d-1us | timestamp_too_old
            k3 | calls | 1 | +1h      | accepted
            k4 | calls | 1 | +1h+1us  | timestamp_too_far_in_future
            k5 | calls | 1 | none     | accepted
            journaled k1 k3 k5
            """),
                scenario("a refused key is not taken", """
            request
            k1 | calls  | 1 | -91d | timestamp_too_old
            k1 | nobody | 1 | none | unknown_meter
            k1 | calls  | 2 | none | accepted
            journaled k1
            """),
                scenario("the meter is judged before the age", """
            archive calls
            request
            k1 | calls  | 1 | -91d | archived_meter
            k2 | nobody | 1 | -91d | unknown_meter
            journaled
            """),
                scenario("all or nothing: everything is fine", """
            atomic request
            k1 | calls | 1 | none | accepted
            k2 | calls | 1 | none | accepted
            k1 | calls | 1 | none | duplicate
            journaled k1 k2
            """),
                scenario(
                        "all or nothing: one failure of any kind takes the others with it, and their keys stay free",
                        """
            request
            k1 | calls | 1 | none | accepted
            journaled k1
            atomic request
            k2 | calls | 1 | none | accepted
            k1 | calls | 9 | none | conflict
            k3 | calls | 1 | none | accepted
            journaled nothing, counted as nothing
            atomic request
            k2 | calls  | 1 | none | accepted
            k2 | calls  | 1 | none | duplicate
            k3 | nobody | 1 | none | unknown_meter
            journaled nothing, counted as nothing
            atomic request
            k2 | calls | 1 | none | accepted
            malformed
            journaled nothing, counted as nothing
            atomic request
            k2 | calls | 1 | none | accepted
            k2 | calls | 2 | none | conflict
            journaled nothing, counted as nothing
            request
            k2 | calls | 2 | none | accepted
            k3 | calls | 2 | none | accepted
            journaled k2 k3
            """),
                scenario("what is removed is forgotten, and what could be a part of it is too old", """
            request
            k1 | calls | 5 | -1d  | accepted
            k2 | calls | 5 | none | accepted
            k3 | calls | 5 | +1h  | accepted
            later 10d
            request
            k4 | calls | 5 | -9d | accepted
            forget -9d
            request
            k1 | calls | 5 | -11d    | timestamp_too_old
            k3 | calls | 5 | -10d+1h | timestamp_too_old
            k4 | calls | 5 | -9d     | timestamp_too_old
            k5 | calls | 5 | -9d     | timestamp_too_old
            k5 | calls | 5 | -9d+1us | accepted
            k5 | calls | 5 | -9d+1us | duplicate
            k1 | calls | 6 | none    | accepted
            k1 | calls | 7 | none    | conflict
            journaled k5 k1
            """),
                scenario("an event without a time of its own counts again once it is forgotten", """
            request
            k1 | calls | 5 | none | accepted
            later 1d
            forget -1h
            request
            k1 | calls | 5 | none | accepted
            journaled k1
            """),
                scenario("all or nothing: a forgotten key stays free when its request fails", """
            request
            k1 | calls | 5 | none | accepted
            forget -1h
            atomic request
            k1 | calls  | 6 | none | accepted
            k2 | nobody | 1 | none | unknown_meter
            journaled nothing, counted as nothing
            request
            k1 | calls | 7 | none | accepted
            journaled k1
            """),
                scenario("not all or nothing: the good ones are taken beside the malformed", """
            request
            k1 | calls | 1 | none | accepted
            malformed
            k2 | calls | 1 | none | accepted
            journaled k1 k2
            """));
    }

    private static Arguments scenario(String name, String lines) {
        return Arguments.of(name, lines);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldGiveEveryEventItsFate(String name, String lines) {
        Request request = null;
        for (String line : (lines + "end").lines().toList()) {
            if (request != null && !line.contains("|") && !line.equals("malformed")) {
                request.judge();
                if (line.startsWith("journaled")) {
                    request.requireJournaled(line);
                }
                request = null;
            }
            switch (line.split(" ", -1)[0]) {
                case "request" -> request = new Request(false);
                case "atomic" -> request = new Request(true);
                case "later" -> nowMicros += micros(line.substring(6));
                case "forget" ->
                    admission.forgetBefore(Position.pack(sequence + 1, 0), nowMicros + micros(line.substring(7)));
                case "archive" -> meters.archive(TestBatch.ORGANIZATION, line.substring(8), Position.pack(sequence, 0));
                case "journaled", "end" -> {} // read above
                case "malformed" -> current(request).test.malformed("broken");
                default -> current(request).add(line);
            }
        }
    }

    private static Request current(@Nullable Request request) {
        if (request == null) {
            throw new AssertionError("no request begun");
        }
        return request;
    }

    private final class Request {
        private final TestBatch test;
        private final List<String> fates = new ArrayList<>();

        private Request(boolean atomic) {
            test = new TestBatch(meters).begin(atomic);
        }

        private void add(String line) {
            String[] cells = line.split("\\|", -1);
            String time = cells[3].strip();
            Long micros = time.equals("none") ? null : (Long) (nowMicros + micros(time));
            test.event(cells[0].strip(), cells[1].strip(), Integer.parseInt(cells[2].strip()), micros);
            fates.add(cells[4].strip());
        }

        private void judge() {
            entry.begin(++sequence, nowMicros);
            admission.admit(test.batch(), entry);
            List<String> verdicts = test.verdicts().stream()
                    .map(verdict -> verdict.name().toLowerCase(Locale.ROOT))
                    .toList();
            assertEquals(fates, verdicts);
        }

        private void requireJournaled(String line) {
            boolean nothing = line.startsWith("journaled nothing");
            List<String> keys = nothing || line.equals("journaled")
                    ? List.of()
                    : List.of(line.substring("journaled ".length()).split(" ", -1));
            assertEquals(keys, journaledKeys());
            assertEquals(keys.size(), test.batch().accepted());
            if (nothing) {
                assertEquals(0, test.batch().duplicates());
                assertTrue(test.batch().hasFailures());
            }
        }
    }

    private List<String> journaledKeys() {
        entry.seal();
        JournalEntry sealed = new JournalEntry();
        sealed.wrap(entry.bytes(), entry.length());
        List<String> keys = new ArrayList<>();
        int at = sealed.firstRecord();
        for (int i = 0; i < sealed.recordCount(); i++) {
            keys.add(new EventRecord().wrap(sealed.bytes(), at).key());
            at = sealed.nextRecord(at);
        }
        assertEquals(sealed.length(), at);
        return keys;
    }

    /** Reads {@code -90d-1us}: signed parts with a unit. */
    private static long micros(String text) {
        long sum = 0;
        for (String part : text.split("(?=[+-])", -1)) {
            long unit = part.endsWith("us") ? 1 : part.endsWith("d") ? 86_400 * MICROS : 3_600 * MICROS;
            sum += Long.parseLong(part.replaceAll("[a-z]", "")) * unit;
        }
        return sum;
    }

    @Test
    void shouldClaimAKeyWithThePositionOfItsRecord() {
        TestBatch first = new TestBatch(meters)
                .event("k1", "calls", 1, null)
                .event("k0", "nobody", 1, null)
                .event("k2", "calls", 1, null);
        TestBatch second = new TestBatch(meters).event("k1", "calls", 1, null).event("k3", "calls", 1, null);
        entry.begin(7, nowMicros);
        admission.admit(first.batch(), entry);
        admission.admit(second.batch(), entry);
        assertEquals(List.of("k1", "k2", "k3"), journaledKeys());
        assertPosition(7, 0, first.batch(), 0);
        assertFalse(index.find(first.batch().hashHigh[1], first.batch().hashLow[1]));
        assertPosition(7, 1, first.batch(), 2);
        assertPosition(7, 2, second.batch(), 1);
    }

    private void assertPosition(long expectedSequence, int expectedIndex, UsageBatch batch, int i) {
        assertTrue(index.find(batch.hashHigh[i], batch.hashLow[i]));
        assertEquals(new Position(expectedSequence, expectedIndex), Position.unpack(index.foundPosition()));
    }

    @Test
    void shouldStampOnlyEventsWithoutATimestampOfTheirOwn() {
        TestBatch batch = new TestBatch(meters)
                .event("k1", "calls", 1, START - 5)
                .event("k2", "calls", 1, null)
                .event("k3", "calls", 1, START - 7);
        entry.begin(1, START);
        admission.admit(batch.batch(), entry);
        entry.seal();
        JournalEntry sealed = new JournalEntry();
        sealed.wrap(entry.bytes(), entry.length());
        List<Long> times = new ArrayList<>();
        for (int at = sealed.firstRecord(); at < sealed.length(); at = sealed.nextRecord(at)) {
            times.add(new EventRecord().wrap(sealed.bytes(), at).eventMicros());
        }
        assertEquals(List.of(START - 5, START, START - 7), times);
        assertEquals(START, batch.batch().acceptedMicros());
    }
}
