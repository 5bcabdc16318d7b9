package dev.valora.billing.invoices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VerificationTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final FinalizedInvoices invoices = new FinalizedInvoices(API);
    private final Calls calls = invoices.calls();

    /** 1000 x 0.05 + 500 x 0.02 + 5, and 49 for the next month. */
    private UUID invoice = new UUID(0, 0);

    @BeforeEach
    void finalizeAnInvoice() {
        JsonNode subscription = invoices.subscribe("c-1");
        invoices.usage("c-1", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z", "1500");
        invoice = invoices.write(subscription, 1);
    }

    @Test
    void shouldMatchWhateverIsChangedElsewhereAfterwards() {
        assertMatches();
        String own = " WHERE organization_id = '" + calls.organization() + "'";
        calls.patch("/v1/customers/key:c-1", "{'name':'Renamed','address':'Moved'}");
        API.asSuperuser("UPDATE billing.products SET name = 'Renamed'" + own);
        API.asSuperuser(
                "UPDATE billing.prices SET name = 'Renamed', meter = CASE WHEN meter IS NOT NULL THEN 'other' END"
                        + own);
        API.asSuperuser("UPDATE billing.items SET quantity = 7, end_date = '2026-01-02'" + own);
        API.asSuperuser("ALTER TABLE billing.price_versions DISABLE TRIGGER append_only");
        API.asSuperuser("UPDATE billing.price_versions SET terms = '{\"model\":\"flat\",\"amount\":\"1\"}'" + own);
        API.asSuperuser("ALTER TABLE billing.price_versions ENABLE TRIGGER append_only");
        API.asSuperuser(
                "UPDATE access.organizations SET name = 'Renamed', net_terms_days = 90 WHERE organization_id = '"
                        + calls.organization() + "'");
        API.archiveMeter(calls, "calls");
        // Accepted after the cut.
        invoices.usage("c-1", "2026-01-06T10:00:00Z", "2026-02-01T01:00:00Z", "9");
        assertMatches();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # what is changed in the row                                        | where it is found, stored and computed
            lines = jsonb_set(lines::jsonb, '{0,amount}', '"64.99"')            | /lines/0/amount "64.99" "65.00"
            lines = jsonb_set(lines::jsonb, '{0,details,1,flat_amount}', '"4"') | /lines/0/details/1/flat_amount "4" "5"
            lines = jsonb_set(lines::jsonb, '{1,description}', '"Base"')        | /lines/1/description "Base" "Base fee"
            total = 113.999                                                     | /total "113.999" "114.00"
            subtotal = 114.01                                                   | /subtotal "114.01" "114.00"
            currency = 'USD'                                                    | /currency "USD" "EUR"
            period_start = '2025-12-31'                                         | /period/start "2025-12-31" "2026-01-01"
            period_end = '2026-01-31'                                           | /period/end "2026-01-31" "2026-02-01"
            issue_date = '2026-02-02'                                           | /issue_date "2026-02-02" "2026-02-01"
            due_date = '2026-03-01'                                             | /due_date "2026-03-01" "2026-02-15"
            cycle = 2                                                           | /cycle 2 1
            content_hash = 'none'                                               | /content_hash "none" COMPUTED
            cut_to = '2026-01-31T00:00:00Z'                                     | /content_hash STORED COMPUTED; /audit/content_hash STORED COMPUTED
            accepted_before = '2026-02-01T02:00:00Z'                            | /content_hash STORED COMPUTED; /audit/content_hash STORED COMPUTED
            number = 'INV-000777'                                               | /audit/number "INV-000001" "INV-000777"
            accepted_before = '2026-02-01T02:30:00Z'                            | /content_hash STORED null
            terms = jsonb_set(terms::jsonb, '{colour}', '"red"')                | /terms/colour "red" null
            terms = terms::jsonb - 'closing'                                    | /content_hash STORED null
            terms = terms::jsonb #- '{closing,items,0}'                         | -
            """)
    void shouldFindWhatIsNoLongerAsItWasFinalized(String change, String expected) {
        API.asSuperuser("UPDATE billing.invoices SET " + change + " WHERE id = '" + invoice + "'");
        JsonNode verification = verify();
        assertEquals(false, verification.get("matches").booleanValue());
        if (expected.equals("-")) {
            assertNotEquals(0, verification.get("differences").size());
        } else {
            assertEquals(
                    expected.replace("STORED", verification.get("content_hash").toString())
                            .replace(
                                    "COMPUTED",
                                    verification.get("computed_hash").toString()),
                    String.join("; ", differences(verification)));
        }
    }

    @Test
    void shouldFindAChangedPriceInTheTerms() {
        API.asSuperuser("UPDATE billing.invoices SET terms = jsonb_set(terms::jsonb,"
                + " '{closing,items,0,price,versions,0,terms,tiers,0,unit_amount}', '\"0.04\"') WHERE id = '" + invoice
                + "'");
        JsonNode verification = verify();
        assertNotEquals(verification.get("content_hash"), verification.get("computed_hash"));
        assertEquals(
                List.of(
                        "/subtotal \"114.00\" \"104.00\"",
                        "/total \"114.00\" \"104.00\"",
                        "/lines/0/amount \"65.00\" \"55.00\"",
                        "/lines/0/details/0/unit_amount \"0.05\" \"0.04\"",
                        "/lines/0/details/0/amount \"50\" \"40\"",
                        "/content_hash " + verification.get("content_hash") + " " + verification.get("computed_hash")),
                differences(verification).subList(0, 6));
        assertEquals(
                List.of("/ledger/0", "/audit/total", "/audit/content_hash"),
                verification.get("differences").findValuesAsText("pointer").subList(6, 9));
    }

    @Test
    void shouldFindWhatWasChangedBesideTheInvoice() {
        API.asSuperuser("UPDATE billing.ledger SET amount = amount + 1 WHERE price = 'base' AND invoice_id = '"
                + invoice + "'");
        assertEquals(List.of("/ledger/1"), verify().get("differences").findValuesAsText("pointer"));
        API.asSuperuser("UPDATE billing.ledger SET amount = amount - 1 WHERE price = 'base' AND invoice_id = '"
                + invoice + "'");
        assertMatches();
        API.asSuperuser(
                "UPDATE billing.ledger SET invoice_id = NULL WHERE price = 'base' AND invoice_id = '" + invoice + "'");
        assertEquals(List.of("/ledger/1"), verify().get("differences").findValuesAsText("pointer"));
        API.asSuperuser("UPDATE billing.ledger SET invoice_id = '" + invoice + "' WHERE invoice_id IS NULL");
        assertMatches();
        API.asSuperuser("UPDATE billing.invoices SET customer_id = gen_random_uuid() WHERE id = '" + invoice + "'");
        assertEquals(List.of("/customer_id"), verify().get("differences").findValuesAsText("pointer"));
    }

    /** The content hash is over bytes: what says the same in other bytes is no longer what was hashed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lines = replace(lines::text, '":"', '": "')::json       | /text/lines
            lines = lines::jsonb::json                              | /text/lines
            lines = replace(lines::text, 'Base', '\\u0042ase')::json | /text/lines
            terms = terms::jsonb::json                              | /text/terms
            """)
    void shouldFindOtherBytesThatSayTheSame(String change, String pointer) {
        API.asSuperuser("UPDATE billing.invoices SET " + change + " WHERE id = '" + invoice + "'");
        JsonNode verification = verify();
        assertEquals(List.of(pointer), verification.get("differences").findValuesAsText("pointer"));
        assertEquals(false, verification.get("matches").booleanValue());
        assertEquals(verification.get("content_hash"), verification.get("computed_hash"));
    }

    /** Whoever reads terms or lines may rely on their being JSON. */
    @ParameterizedTest
    @ValueSource(strings = {"terms", "lines"})
    void shouldNotStoreWhatIsNotJson(String column) {
        IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> API.asSuperuser("UPDATE billing.invoices SET " + column + " = '{' WHERE id = '" + invoice + "'"));
        assertEquals(
                "22P02",
                assertInstanceOf(SQLException.class, refused.getCause()).getSQLState());
        assertMatches();
    }

    /** Whoever has the row can hash it without this engine. */
    @Test
    void shouldStoreTheTextThatWasHashed() {
        String instant = "'\"' || to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') || '\"'";
        String whole =
                "'{\"cut\":{\"accepted_before\":' || " + instant.formatted("accepted_before") + " || ',\"from\":' || "
                        + instant.formatted("cut_from") + " || ',\"to\":' || " + instant.formatted("cut_to")
                        + " || '},\"lines\":' || lines::text || ',\"terms\":' || terms::text || '}'";
        assertEquals(
                List.of("t"),
                API.rows("SELECT content_hash = encode(sha256(convert_to(" + whole + ", 'UTF8')), 'hex')"
                        + " FROM billing.invoices WHERE id = '" + invoice + "'"));
    }

    @Test
    void shouldFindUsageThatAppearedBehindTheCut() {
        invoices.usage("c-1", "2026-01-06T10:00:00Z", "2026-01-06T10:00:00Z", "9");
        JsonNode verification = verify();
        assertEquals(
                List.of(
                        "/subtotal",
                        "/total",
                        "/lines/0/quantity",
                        "/lines/0/amount",
                        "/lines/0/details/1/quantity",
                        "/lines/0/details/1/amount",
                        "/content_hash",
                        "/ledger/0",
                        "/audit/total",
                        "/audit/content_hash"),
                verification.get("differences").findValuesAsText("pointer"));
    }

    @Test
    void shouldFindALineThatIsGone() {
        API.asSuperuser("UPDATE billing.invoices SET lines = lines::jsonb - 1 WHERE id = '" + invoice + "'");
        JsonNode difference = verify().get("differences").get(0);
        assertEquals("/lines/1", difference.get("pointer").textValue());
        assertEquals(true, difference.get("stored").isNull());
        assertEquals("49.00", difference.get("computed").get("amount").textValue());
    }

    private void assertMatches() {
        JsonNode verification = verify();
        String hash = calls.get("/v1/invoices/" + invoice).get("content_hash").textValue();
        assertEquals(
                "{\"matches\":true,\"content_hash\":\"" + hash + "\",\"computed_hash\":\"" + hash
                        + "\",\"differences\":[]}",
                verification.toString());
    }

    private JsonNode verify() {
        return Calls.json(calls.call(HttpVerb.POST, "/v1/invoices/" + invoice + "/verify", null), 200);
    }

    private static List<String> differences(JsonNode verification) {
        List<String> differences = new ArrayList<>();
        verification
                .get("differences")
                .forEach(difference -> differences.add(difference.get("pointer").textValue() + " "
                        + difference.get("stored") + " " + difference.get("computed")));
        return differences;
    }
}
