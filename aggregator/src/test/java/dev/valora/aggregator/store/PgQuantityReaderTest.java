package dev.valora.aggregator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.StoredRows;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgQuantityReaderTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final OrganizationId ORGANIZATION = Entries.organization(1);
    private static final OrganizationId OTHER = Entries.organization(2);
    private static final Map<String, String> ANY = Map.of();

    @BeforeAll
    static void fill() {
        row(ORGANIZATION, "calls", "c-1", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "{}", "5");
        row(ORGANIZATION, "calls", "c-1", "2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z", "{}", "7.25");
        row(ORGANIZATION, "calls", "c-1", "2026-01-31T23:00:00Z", "2026-02-01T01:00:00Z", "{}", "100");
        row(ORGANIZATION, "calls", "c-1", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "{}", "1000");
        row(ORGANIZATION, "calls", "c-2", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "{}", "11");
        row(OTHER, "calls", "c-1", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "{}", "13");
        row(
                ORGANIZATION,
                "disk",
                "c-1",
                "2026-01-05T00:00:00Z",
                "2026-01-05T00:00:00Z",
                "{'region':'eu','tier':'a'}",
                "3");
        row(
                ORGANIZATION,
                "disk",
                "c-1",
                "2026-01-06T00:00:00Z",
                "2026-01-06T00:00:00Z",
                "{'region':'us','tier':'a'}",
                "9");
        row(
                ORGANIZATION,
                "disk",
                "c-1",
                "2026-01-07T00:00:00Z",
                "2026-01-07T00:00:00Z",
                "{'region':'us','tier':'b'}",
                "4");
    }

    @Test
    void shouldAnswerEachQuestionAtItsOwnCutInTheOrderAsked() {
        assertEquals(
                quantities("12.25", "1000", "11", "0", "112.25"),
                read(
                        calls("c-1", january("2026-02-01T01:00:00Z")),
                        calls("c-1", cut("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z")),
                        calls("c-2", january("2026-02-01T01:00:00Z")),
                        calls("nobody", january("2026-02-01T01:00:00Z")),
                        calls("c-1", january("2026-02-01T02:00:00Z"))));
    }

    @Test
    void shouldTakeOnlyWhatHasTheDimensionsAndLeaveWhatOthersTook() {
        assertEquals(
                quantities("9", "3", "9", "4", "16", "0"),
                read(
                        disk(Composition.GREATEST, ANY, List.of()),
                        disk(Composition.GREATEST, Map.of("region", "eu"), List.of()),
                        disk(Composition.ADD, ANY, List.of(Map.of("region", "eu"), Map.of("tier", "b"))),
                        disk(Composition.ADD, Map.of("region", "us", "tier", "b"), List.of()),
                        disk(Composition.ADD, ANY, List.of(Map.of("region", "mars"))),
                        disk(Composition.GREATEST, ANY, List.of(Map.of("tier", "a"), Map.of("tier", "b")))));
    }

    @Test
    void shouldAskNothingWhenThereIsNoQuestion() {
        assertEquals(List.of(), read());
    }

    private static List<Quantity> read(QuantityQuestion... questions) {
        return POSTGRES.database()
                .inOrganization(
                        ORGANIZATION,
                        transaction -> new PgQuantityReader().read(transaction, ORGANIZATION, List.of(questions)));
    }

    private static QuantityQuestion calls(String customer, Cut cut) {
        return new QuantityQuestion(customer, "calls", Composition.ADD, cut, ANY, List.of());
    }

    private static QuantityQuestion disk(
            Composition composition, Map<String, String> having, List<Map<String, String>> except) {
        return new QuantityQuestion("c-1", "disk", composition, january("2026-02-01T01:00:00Z"), having, except);
    }

    private static Cut january(String acceptedBefore) {
        return cut("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", acceptedBefore);
    }

    private static Cut cut(String from, String to, String acceptedBefore) {
        return new Cut(Instant.parse(from), Instant.parse(to), Instant.parse(acceptedBefore));
    }

    private static List<Quantity> quantities(String... values) {
        List<Quantity> quantities = new ArrayList<>();
        for (String value : values) {
            quantities.add(new Quantity(new java.math.BigDecimal(value)));
        }
        return quantities;
    }

    private static void row(
            OrganizationId organization,
            String meter,
            String customer,
            String start,
            String hour,
            String dimensions,
            String value) {
        StoredRows.change(POSTGRES, """
                WITH begun AS (
                    INSERT INTO usage.series AS s (organization_id, meter, customer, dimensions_key, dimensions)
                    VALUES ('%1$s', '%2$s', '%3$s', md5('%6$s')::uuid, '%6$s')
                    ON CONFLICT (customer, meter, organization_id, dimensions_key) DO UPDATE SET dimensions = s.dimensions
                    RETURNING series_id)
                INSERT INTO usage.windows (series_id, organization_id, window_start, accepted_hour, value, events,
                    first_position, last_position)
                SELECT series_id, '%1$s', '%4$s', '%5$s', %7$s, 1, 1, 1 FROM begun
                """.formatted(
                        organization.value(), meter, customer, start, hour, dimensions.replace('\'', '"'), value));
    }
}
