package dev.valora.aggregator.query;

import static dev.valora.aggregator.Entries.meter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.CountingJournal;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.Database;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.journal.JournalRemoval;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which events are listed, in which order, and how much of the journal is read for it. */
class EventListTest {

    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");
    private static final OrganizationId ACME = Entries.organization(1);
    private static final OrganizationId OTHER = Entries.organization(2);
    private static final String DEFINED = "2026-03-01T08:00:00Z";
    private static final long SECOND = 1_000_000_000L;

    private final TestJournal journal;
    private final CountingJournal counting;
    private final ListedEvents listed;

    EventListTest(@TempDir Path directory) {
        journal = new TestJournal(directory);
        counting = new CountingJournal(journal.journal());
        listed = new ListedEvents(journal, counting.counted(), POSTGRES.database());
    }

    @BeforeEach
    void define() {
        StoredRows.change(POSTGRES, "TRUNCATE usage.windows, usage.skipped_events, usage.voids, usage.checkpoint");
        journal.define(
                DEFINED,
                meter(ACME, "gb", Aggregation.SUM, "region", "model"),
                new MeterDefinition(ACME, "peak", Aggregation.MAX, "used", "size", List.of(), 60),
                meter(OTHER, "gb", Aggregation.SUM, "region"));
    }

    @AfterEach
    void closeJournal() {
        journal.close();
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static byte[] gb(String key, String customer, String at, String value) {
        return Event.of(ACME, customer, "gb", at).value(value).record(key);
    }

    private static byte[] placed(String key, String region, String model) {
        Event event = Event.of(ACME, "a", "gb", "2026-03-01T10:00:00Z").value("1");
        event = region.isEmpty() ? event : event.with("region", region);
        return (model.isEmpty() ? event : event.with("model", model)).record(key);
    }

    private void voided(String accepted, byte[] event, long sequence, int index) {
        VoidRecord record =
                new VoidRecord(Position.pack(sequence, index), new EventRecord().wrap(event, 0), "sent twice");
        journal.commit(Instant.parse(accepted), List.of(record.encode()));
    }

    private String keys(String query) {
        return keys(ACME, query);
    }

    private String keys(OrganizationId organization, String query) {
        return String.join(
                " ",
                listed.events(organization, query).stream()
                        .map(event -> event.path("idempotency_key").textValue())
                        .toList());
    }

    private Problem problem(String query) {
        return assertThrows(ProblemException.class, () -> listed.page(ACME, query))
                .problem();
    }

    /** Two customers, events by code and by type, event times around an hour. */
    private void commitUsage() {
        journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(
                        gb("k1", "a", "2026-03-01T09:59:59.999999Z", "1"),
                        gb("k2", "a", "2026-03-01T10:00:00Z", "2.50"),
                        gb("k3", "b", "2026-03-01T10:00:00.000001Z", "4")));
        journal.commit(
                Instant.parse("2026-03-01T11:30:00Z"),
                List.of(
                        Event.of(ACME, "a", "gb", "2026-03-01T10:10:00Z")
                                .byType("used")
                                .with("size", new java.math.BigDecimal("7"))
                                .record("k4"),
                        Event.of(ACME, "a", "gb", "2026-03-01T10:11:00Z")
                                .byType("used")
                                .record("k5"),
                        Event.of(ACME, "a", "gb", "2026-03-01T10:12:00Z")
                                .byType("gb")
                                .value("8")
                                .record("k6"),
                        Event.of(OTHER, "a", "gb", "2026-03-01T10:12:00Z")
                                .value("9")
                                .record("k7")));
        listed.apply();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                // by meter: what it counted, addressed by its code or by its type
                "meter=gb                                          | k1 k2 k3 k6",
                "meter=peak                                        | k4",
                "''                                                | k1 k2 k3 k4 k6",
                // by customer
                "meter=gb&customer=b                               | k3",
                "meter=gb&customer=b&customer=a                    | k1 k2 k3 k6",
                "customer=b&customer=nobody                        | k3",
                "meter=gb&customer=nobody                          | ''",
                // by event time, to the microsecond
                "meter=gb&to=2026-03-01T10:00:00Z                  | k1",
                "meter=gb&from=2026-03-01T10:00:00Z                | k2 k3 k6",
                "meter=gb&from=2026-03-01T10:00:00.000001Z         | k3 k6",
                "meter=gb&from=2026-03-01T10:00:00.000000001Z      | k3 k6",
                "meter=gb&from=2026-03-01T10:00:00Z&to=2026-03-01T10:00:00.000001Z | k2",
                // by accepted time
                "meter=gb&accepted_before=2026-03-01T11:00:00Z     | k1 k2 k3",
                "meter=gb&accepted_from=2026-03-01T11:00:00Z       | k6",
                "meter=gb&accepted_before=2026-03-01T10:00:00Z     | ''"
            })
    void shouldListTheEventsThatAreAskedFor(String query, String keys) {
        commitUsage();
        assertEquals(keys, keys(query));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "filter[region]=eu                                      | eu-x eu-y eu",
                "filter[region]=eu&filter[region]=us                    | eu-x eu-y us-x eu",
                "filter[region]=eu&filter[model]=x                      | eu-x",
                "filter[region]=mars                                    | ''",
                "except=%7B%22region%22:%22eu%22%7D                     | us-x none",
                "except=%7B%22region%22:%22eu%22,%22model%22:%22x%22%7D | eu-y us-x eu none",
                "except=%7B%22region%22:%22us%22%7D&except=%7B%22model%22:%22y%22%7D | eu-x eu none",
                "filter[region]=eu&except=%7B%22model%22:%22x%22%7D     | eu-y eu"
            })
    void shouldFilterByDimensionsAsPricesDo(String query, String keys) {
        journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(
                        placed("eu-x", "eu", "x"),
                        placed("eu-y", "eu", "y"),
                        placed("us-x", "us", "x"),
                        placed("eu", "eu", ""),
                        placed("none", "", "")));
        listed.apply();
        assertEquals(keys, keys("meter=gb&" + query));
    }

    @Test
    void shouldShowAnEventAsItWasSentAndWhatBecameOfIt() {
        byte[] event = Event.of(ACME, "a", "gb", "2026-03-01T10:00:00Z")
                .byType("used")
                .value("3.10")
                .with("size", new java.math.BigDecimal("7.5"))
                .record("k1");
        long sequence = journal.commit(Instant.parse("2026-03-01T10:20:00.123456Z"), List.of(event));
        voided("2026-03-01T11:05:00Z", event, sequence, 0);
        listed.apply();

        JsonNode page = listed.page(ACME, "meter=peak");
        assertEquals(
                "{\"idempotency_key\":\"k1\",\"customer\":\"a\",\"type\":\"used\",\"value\":\"3.1\","
                        + "\"timestamp\":\"2026-03-01T10:00:00Z\",\"properties\":{\"size\":7.5},"
                        + "\"accepted_at\":\"2026-03-01T10:20:00.123456Z\",\"position\":\"2/0\",\"fate\":\"voided\","
                        + "\"void\":{\"reason\":\"sent twice\",\"voided_at\":\"2026-03-01T11:05:00Z\","
                        + "\"position\":\"3/0\"},\"quantity\":\"7.5\"}",
                page.path("data").path(0).toString());
        assertEquals(
                "null 1/0 true 2026-03-01T11:05:00Z",
                page.path("next_cursor") + " " + page.path("held_from").textValue() + " " + page.path("complete") + " "
                        + page.path("applied_through").textValue());
        assertTrue(listed.page(ACME, "").path("data").path(0).path("quantity").isMissingNode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "''                                                  | k1 k2:voided k3:voided",
                "fate=accepted                                       | k1",
                "fate=voided                                         | k2:voided k3:voided",
                "accepted_before=2026-03-01T11:00:00Z                | k1 k2 k3",
                "accepted_before=2026-03-01T12:00:00Z                | k1 k3",
                "accepted_before=2026-03-01T12:00:00Z&fate=any       | k1 k2:voided k3",
                "accepted_before=2026-03-01T12:00:00Z&fate=voided    | k2:voided",
                "accepted_before=2026-03-01T13:00:00Z                | k1"
            })
    void shouldCountAVoidFromItsOwnAcceptanceOn(String query, String expected) {
        byte[] second = gb("k2", "a", "2026-03-01T10:00:00Z", "2");
        byte[] third = gb("k3", "a", "2026-03-01T10:00:00Z", "3");
        long sequence = journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(gb("k1", "a", "2026-03-01T10:00:00Z", "1"), second, third));
        voided("2026-03-01T11:59:59.999999Z", second, sequence, 1);
        voided("2026-03-01T12:00:00Z", third, sequence, 2);
        listed.apply();

        List<String> shown = new ArrayList<>();
        for (JsonNode event : listed.events(ACME, "meter=gb&" + query)) {
            String fate = event.path("fate").textValue();
            shown.add(event.path("idempotency_key").textValue() + (fate.equals("accepted") ? "" : ":" + fate));
        }
        assertEquals(expected, String.join(" ", shown));
    }

    @Test
    void shouldShowNothingOfAnotherOrganization() {
        commitUsage();
        assertEquals("k7", keys(OTHER, "meter=gb"));
        assertEquals("k7", keys(OTHER, "meter=gb&customer=a"));
        assertEquals("k7", keys(OTHER, ""));
        assertEquals(
                "not_found",
                assertThrows(ProblemException.class, () -> listed.page(OTHER, "meter=peak"))
                        .problem()
                        .code());
        assertEquals("", keys(Entries.organization(3), ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 500})
    void shouldListEveryEventOnceOverAllPages(int limit) {
        List<String> keys = new ArrayList<>();
        for (int entry = 0; entry < 9; entry++) {
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String key = "k" + entry + "-" + i;
                boolean own = (entry + i) % 3 > 0;
                records.add(
                        own
                                ? gb(key, "a", "2026-03-01T10:00:00Z", "1")
                                : Event.of(OTHER, "a", "gb", "2026-03-01T10:00:00Z")
                                        .value("1")
                                        .record(key));
                if (own) {
                    keys.add(key);
                }
            }
            journal.commit(Instant.parse("2026-03-01T10:20:00Z").plusSeconds(entry), records);
        }
        listed.apply();
        List<JsonNode> pages = listed.pages(ACME, "meter=gb&limit=" + limit);
        // What stands behind the last event of a full page was not looked at yet.
        assertTrue(pages.size() <= Math.ceilDiv(keys.size(), limit) + 1, "pages " + pages.size());
        assertEquals(String.join(" ", keys), keys("meter=gb&limit=" + limit));
    }

    @Test
    void shouldGoOnWithNewEventsBehindACursor() {
        journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(gb("k1", "a", "2026-03-01T10:00:00Z", "1"), gb("k2", "a", "2026-03-01T10:00:00Z", "1")));
        listed.apply();
        String cursor =
                listed.page(ACME, "meter=gb&limit=1").path("next_cursor").textValue();
        journal.commit(Instant.parse("2026-03-01T10:21:00Z"), List.of(gb("k3", "a", "2026-03-01T09:00:00Z", "1")));
        listed.apply();
        assertEquals("k2 k3", keys("meter=gb&cursor=" + cursor));
    }

    /** Each page has time for one entry; most hold nothing, and all together hold everything. */
    @Test
    void shouldProgressHoweverLittleTimeThereIs() {
        for (int entry = 0; entry < 40; entry++) {
            OrganizationId whose = entry % 10 == 0 ? ACME : OTHER;
            journal.commit(
                    Instant.parse("2026-03-01T10:20:00Z").plusSeconds(entry),
                    List.of(Event.of(whose, "a", "gb", "2026-03-01T10:00:00Z")
                            .value("1")
                            .record("k" + entry)));
        }
        listed.apply();
        listed.slowDown(2 * SECOND);
        List<JsonNode> pages = listed.pages(ACME, "meter=gb");
        assertTrue(pages.stream().filter(page -> page.path("data").isEmpty()).count() > 20, "pages " + pages.size());
        listed.slowDown(0);
        assertEquals("k0 k10 k20 k30", keys("meter=gb"));
        listed.slowDown(2 * SECOND);
        assertEquals("k0 k10 k20 k30", keys("meter=gb"));
    }

    @Test
    void shouldReadOnlyWhereTheWindowsSayThatEventsAre() {
        int hours = 30;
        int entriesAnHour = 100;
        for (int hour = 0; hour < hours; hour++) {
            Instant start = Instant.parse("2026-03-01T10:00:00Z").plus(Duration.ofHours(hour));
            for (int i = 0; i < entriesAnHour; i++) {
                boolean own = hour % 10 == 3 && i % 40 == 20;
                journal.commit(
                        start.plusSeconds(i),
                        List.of(Event.of(own ? ACME : OTHER, "a", "gb", start.toString())
                                .value("1")
                                .record("h" + hour + "-" + i)));
            }
        }
        listed.apply();
        assertEquals("h3-20 h3-60 h13-20 h13-60 h23-20 h23-60", keys("meter=gb"));
        assertEquals(3 * 41, counting.polled(), "from the first to the last event of each of three hours");
        assertEquals("h13-20 h13-60", keys("meter=gb&from=2026-03-01T20:00:00Z&to=2026-03-02T00:00:00Z"));
        assertEquals(4 * 41, counting.polled());
    }

    /** So many windows that they are no help: the journal is read from where the events may begin. */
    @Test
    void shouldReadOnWithoutWindowsWhenThereAreTooMany() {
        commitUsage();
        StoredRows.change(
                POSTGRES,
                "INSERT INTO usage.windows SELECT '" + ACME + "', 'gb', 'c' || n, '2026-03-01T10:00:00Z',"
                        + " '2026-03-01T10:00:00Z', '00000000-0000-0000-0000-000000000000', '{}', 1, 1,"
                        + " 2::bigint << 20, 2::bigint << 20 FROM generate_series(1, 50001) n");
        assertEquals("k1 k2 k3 k6", keys("meter=gb"));
        assertEquals("k2 k3", keys("meter=gb&from=2026-03-01T10:00:00Z&to=2026-03-01T10:10:00Z"));
        long polled = counting.polled();
        assertEquals("", keys("meter=gb&from=2026-03-01T12:31:00Z"));
        assertEquals(polled, counting.polled(), "nothing was accepted an hour before that or later");
        assertEquals("k2 k6", keys("meter=gb&customer=a&from=2026-03-01T10:00:00Z"));
        listed.slowDown(2 * SECOND);
        assertEquals("k1 k2 k3 k6", keys("meter=gb&limit=2"));
        assertTrue(listed.page(ACME, "meter=gb").path("complete").booleanValue());
    }

    /** Three files, of which the first goes between two pages, and the second before a page that has it open ends. */
    @Test
    void shouldSayFromWhereOnEventsAreHeld() {
        commitThreeFiles();
        JournalRemoval removal = new JournalRemoval(journal.journal());
        List<JournalSpan> files = journal.journal().sealedFiles();
        assertEquals(2, files.size());
        long second = files.getLast().firstSequence();
        listed.apply();
        JsonNode first = listed.page(ACME, "meter=gb&limit=1");
        assertEquals("k2 1/0 true", shown(first));

        removal.carry(CarriedRecords.NONE, second);
        removal.removeThrough(files.getFirst().number());
        String cursor = "&cursor=" + first.path("next_cursor").textValue();
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1" + cursor)));
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1")));
        assertTrue(
                listed.page(ACME, "meter=gb&customer=late").path("complete").booleanValue(),
                "a customer whose events are all held");

        StoredRows.change(
                POSTGRES,
                "INSERT INTO usage.windows SELECT '" + ACME + "', 'gb', 'c' || n, '2026-03-01T10:00:00Z',"
                        + " '2026-03-01T10:00:00Z', '00000000-0000-0000-0000-000000000000', '{}', 1, 1,"
                        + " 2::bigint << 20, 2::bigint << 20 FROM generate_series(1, 50001) n");
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1")));
        assertTrue(
                listed.page(ACME, "meter=gb&from=2026-03-05T00:00:00Z")
                        .path("complete")
                        .booleanValue(),
                "nothing that happened then was accepted in what is gone");
    }

    private static String shown(JsonNode page) {
        return page.path("data").path(0).path("idempotency_key").textValue() + " "
                + page.path("held_from").textValue() + " " + page.path("complete");
    }

    private void commitThreeFiles() {
        byte[] filler = Event.of(OTHER, "a", "gb", "2026-03-01T10:00:00Z")
                .with("p", "x".repeat(60_000))
                .with("q", "x".repeat(60_000))
                .value("1")
                .record("filler");
        for (int n = 0; journal.journal().sealedFiles().size() < 2; n++) {
            long sequence = journal.journal().forcedSequence() + 1;
            journal.commit(
                    Instant.parse("2026-03-01T10:20:00Z").plusSeconds(n),
                    List.of(gb("k" + sequence, "a", "2026-03-01T10:00:00Z", "1"), filler));
        }
        journal.commit(Instant.parse("2026-03-01T12:20:00Z"), List.of(gb("late", "late", "2026-03-01T12:00:00Z", "1")));
    }

    @Test
    void shouldEndAPageOfLongEventsBeforeItIsFull() {
        String text = "x".repeat(60_000);
        List<byte[]> many = IntStream.range(0, 2)
                .mapToObj(i -> Event.of(ACME, "a", "gb", "2026-03-01T10:00:00Z")
                        .value("1")
                        .with("p0", text)
                        .with("p1", text)
                        .record("m" + i))
                .toList();
        for (int i = 0; i < 20; i++) {
            journal.commit(Instant.parse("2026-03-01T10:21:00Z"), many);
        }
        listed.apply();
        List<JsonNode> pages = listed.pages(ACME, "meter=gb&limit=500");
        assertEquals(3, pages.size());
        assertEquals(
                40, pages.stream().mapToInt(page -> page.path("data").size()).sum());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "meter=gb&fate=lost                                   | ?fate invalid_choice",
                "meter=gb&limit=0                                     | ?limit out_of_range",
                "meter=gb&limit=501                                   | ?limit out_of_range",
                "meter=gb&from=yesterday                              | ?from invalid_timestamp",
                "meter=gb&to=1969-12-31T23:59:59Z                     | ?to out_of_range",
                "meter=gb&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z | ?to out_of_range",
                "meter=gb&accepted_before=2026-03-02T00:30:00Z        | ?accepted_before not_a_whole_hour",
                "meter=gb&accepted_from=2026-03-02T00:00:00Z&accepted_before=2026-03-02T00:00:00Z | ?accepted_before out_of_range",
                "meter=gb&filter[colour]=red                          | ?filter[colour] unknown_dimension",
                "meter=gb&except=red                                  | ?except invalid_field",
                "meter=gb&except=%7B%22region%22:1%7D                 | ?except invalid_field",
                "meter=gb&except=%7B%22colour%22:%22red%22%7D         | ?except unknown_dimension",
                "filter[region]=eu                                    | ?filter[region] unknown_dimension, ?meter required",
                "meter=gb&customer=%00                                | ?customer invalid_field",
                "meter=gb&cursor=nonsense                             | ?cursor invalid_cursor",
                "meter=gb&window=day                                  | ?window unknown_parameter",
                "meter=gb&meter=peak                                  | ?meter repeated"
            })
    void shouldNameEverythingThatIsWrong(String query, String problems) {
        assertEquals(
                problems,
                String.join(
                        ", ",
                        problem(query).errors().stream()
                                .map(error -> error.pointer() + " " + error.code())
                                .sorted()
                                .toList()));
    }

    @Test
    void shouldNotKnowAMeterThatIsNotThere() {
        assertEquals("not_found", problem("meter=ghost").code());
    }

    @Test
    void shouldLetFewLookAtOnce() throws Exception {
        CountDownLatch inside = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        Database waiting = new Database() {
            @Override
            public <T> T inOrganization(OrganizationId organization, Work<T> work) {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
                return POSTGRES.database().inOrganization(organization, work);
            }

            @Override
            public <T> T acrossOrganizations(Work<T> work) {
                return POSTGRES.database().acrossOrganizations(work);
            }
        };
        ListedEvents shared = new ListedEvents(journal, journal.journal(), waiting);
        shared.apply();
        List<CompletableFuture<JsonNode>> looking = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> shared.page(ACME, "meter=gb"),
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        inside.await();
        Problem refused = assertThrows(ProblemException.class, () -> shared.page(ACME, "meter=gb"))
                .problem();
        assertEquals("too_many_scans", refused.code());
        assertEquals("1", refused.headers().get("Retry-After"));
        go.countDown();
        for (CompletableFuture<JsonNode> one : looking) {
            assertTrue(one.get().path("data").isEmpty());
        }
        assertTrue(shared.page(ACME, "meter=gb").path("data").isEmpty());
    }
}
