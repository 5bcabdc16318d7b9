package dev.valora.aggregator.query;

import static dev.valora.aggregator.query.ListedUsage.ACME;
import static dev.valora.aggregator.query.ListedUsage.OTHER;
import static dev.valora.aggregator.query.ListedUsage.gb;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.TestJournal;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.VoidRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which events are listed, and what is shown of them. */
class EventListTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    @AutoClose
    private final ListedUsage usage;

    private final TestJournal journal;
    private final ListedEvents listed;

    EventListTest(@TempDir Path directory) {
        usage = new ListedUsage(directory, POSTGRES);
        journal = usage.journal;
        listed = usage.listed;
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

    private Problem problem(String query) {
        return assertThrows(ProblemException.class, () -> listed.page(ACME, query))
                .problem();
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
        usage.commit();
        assertEquals(keys, usage.keys(query));
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
        assertEquals(keys, usage.keys("meter=gb&" + query));
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
        usage.commit();
        assertEquals("k7", usage.keys(OTHER, "meter=gb"));
        assertEquals("k7", usage.keys(OTHER, "meter=gb&customer=a"));
        assertEquals("k7", usage.keys(OTHER, ""));
        assertEquals(
                "not_found",
                assertThrows(ProblemException.class, () -> listed.page(OTHER, "meter=peak"))
                        .problem()
                        .code());
        assertEquals("", usage.keys(Entries.organization(3), ""));
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
}
