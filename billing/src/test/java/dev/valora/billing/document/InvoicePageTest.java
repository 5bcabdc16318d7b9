package dev.valora.billing.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InvoicePageTest {

    private static final String HOSTILE = "</style><script>alert('x')</script> \"A\" & <b>";
    private static final String ESCAPED =
            "&lt;/style&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;A&quot; &amp; &lt;b&gt;";

    @Test
    void shouldEscapeWhateverPeopleWrote() {
        ObjectNode invoice = invoice();
        for (String pointer : new String[] {
            "/number",
            "/customer",
            "/currency",
            "/issuer/name",
            "/issuer/address",
            "/issuer/tax_id",
            "/bill_to/name",
            "/bill_to/address",
            "/bill_to/email",
            "/lines/0/description",
            "/lines/0/price",
            "/lines/0/quantity"
        }) {
            int last = pointer.lastIndexOf('/');
            ((ObjectNode) invoice.at(pointer.substring(0, last))).put(pointer.substring(last + 1), HOSTILE);
        }
        ((ObjectNode) invoice.at("/lines/0/dimensions")).put(HOSTILE, HOSTILE);
        String html = InvoicePage.html(invoice);
        assertFalse(html.contains("<script"), html);
        assertFalse(html.contains("<b>"), html);
        assertFalse(html.contains("\"A\""), html);
        // The number stands in the title, at the top and among the facts, the currency in four places.
        assertEquals(19, html.split(Pattern.quote(ESCAPED), -1).length - 1, html);
    }

    @Test
    void shouldShowEachStepUnderTheUsageItExplains() {
        String html = text(InvoicePage.html(invoice()));
        assertTrue(
                html.contains("Calls Price calls, version 2 · region: eu 2026-01-01 – 2026-01-31 1,234,567.25"
                        + " -1,061.71 Tier 1 1,000 × 0.05 + 0.00 = 50.00 Tier 2 1,233,567.25 × -0.0009 + -1.50"
                        + " = -1,111.710525 Support 2026-02-01 1 0.00 Subtotal -1,061.71 Total EUR -1,061.71"
                        + " Amount due EUR 0.00"),
                html);
        assertTrue(html.contains("Period 2026-01-01 – 2026-01-31 Status Paid Paid at 2026-02-01 01:00:00 UTC"), html);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            finalized | Total EUR -1,061.71 Amount due by 2026-02-15 EUR -1,061.71 Usage from
            paid      | Total EUR -1,061.71 Amount due EUR 0.00 Usage from
            void      | This invoice is void. Nothing is to be paid on it. Invoice INV-1
            void      | Total EUR -1,061.71 Usage from
            draft     | This is a preview, not an invoice. It has no number, and nothing is due. Invoice
            draft     | Total EUR -1,061.71 Usage from
            """)
    void shouldSayWhatIsDueAndWhatIsNoClaim(String status, String words) {
        String html = text(InvoicePage.html(invoice().put("status", status)));
        assertTrue(html.contains(words), html);
    }

    @Test
    void shouldSetAdjustmentsAndCreditsApart() {
        ObjectNode invoice = invoice();
        ArrayNode lines = invoice.putArray("lines");
        ObjectNode credit = line("proration", "Support, unused days", days("2026-01-18", "2026-02-01"), "2", "-22.13");
        credit.put("price", "support")
                .put("price_version", 1)
                .putObject("proration")
                .put("days", 14)
                .put("of", 31);
        ObjectNode late = line("late_usage", "Calls, late usage", days("2025-12-01", "2026-01-01"), "7", "0.35");
        late.putArray("details").add(step(1, "7", "0.05", "0", "0.35"));
        ObjectNode charged =
                line("proration", "Support, remaining days", days("2026-01-18", "2026-02-01"), "3", "33.19");
        lines.add(credit)
                .add(late)
                .add(charged)
                .add(line("adjustment", "Goodwill", days("2026-02-01", "2026-02-02"), "1", "-5.00"))
                .add(line("recurring", "Base", days("2026-02-01", "2026-03-01"), "1", "49.00"));
        String html = text(InvoicePage.html(invoice));
        assertTrue(
                html.contains(
                        "Support, remaining days 2026-01-18 – 2026-01-31 3 33.19 Base 2026-02-01 – 2026-02-28 1 49.00"
                                + " Adjustments and credits"
                                + " Support, unused days Price support, version 1"
                                + " · 14 of 31 days 2026-01-18 – 2026-01-31 2 -22.13"
                                + " Calls, late usage 2025-12-01 – 2025-12-31 7 0.35"
                                + " Tier 1 7 × 0.05 = 0.35 Goodwill Adjustment 2026-02-01 1 -5.00 Subtotal"),
                html);
    }

    @Test
    void shouldBeTheSamePageInEveryLocale() {
        String here = InvoicePage.html(invoice());
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(here, InvoicePage.html(invoice()));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldAllowItsOwnStyleAndNothingElse() throws NoSuchAlgorithmException {
        String html = InvoicePage.html(invoice());
        String style = html.substring(html.indexOf("<style>") + "<style>".length(), html.indexOf("</style>"));
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8)));
        assertEquals(
                "default-src 'none'; style-src 'sha256-" + hash
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                InvoicePage.CONTENT_SECURITY_POLICY);
        for (String loading : new String[] {"url(", "@import", "src=", "href=", " style=", "http"}) {
            assertFalse(html.contains(loading), loading);
        }
        assertTrue(html.startsWith("<!doctype html>\n<html lang=\"en\">"), html);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0              | 2 | 0.00
            999            | 0 | 999
            1000           | 0 | 1,000
            -1000          | 0 | -1,000
            -999.5         | 2 | -999.50
            1234567.891    | 2 | 1,234,567.891
            0.0000025      | 2 | 0.0000025
            12345678901234 | 3 | 12,345,678,901,234.000
            many           | 2 | many
            """)
    void shouldSeparateThousands(String decimal, int exponent, String shown) {
        assertEquals(shown, Figures.amount(decimal, exponent));
    }

    private static ObjectNode invoice() {
        ObjectNode invoice = Json.object()
                .put("number", "INV-1")
                .put("revision", 1)
                .put("status", "paid")
                .put("customer", "c-1")
                .put("currency", "EUR")
                .put("issue_date", "2026-02-01")
                .put("due_date", "2026-02-15")
                .put("subtotal", "-1061.71")
                .put("total", "-1061.71")
                .put("content_hash", "abc")
                .put("paid_at", "2026-02-01T01:00:00Z");
        invoice.set("period", days("2026-01-01", "2026-02-01"));
        invoice.putObject("issuer")
                .put("name", "Seller")
                .put("address", "Street 1\nBerlin")
                .put("tax_id", "DE1");
        invoice.putObject("bill_to").put("name", "Buyer").putNull("email").putNull("address");
        ArrayNode lines = invoice.putArray("lines");
        ObjectNode usage = line("usage", "Calls", days("2026-01-01", "2026-02-01"), "1234567.25", "-1061.71");
        usage.put("price", "calls")
                .put("price_version", 2)
                .putObject("dimensions")
                .put("region", "eu");
        usage.putArray("details")
                .add(step(1, "1000", "0.05", "0", "50"))
                .add(step(2, "1233567.25", "-0.0009", "-1.5", "-1111.710525"));
        ObjectNode recurring = line("recurring", "Support", days("2026-02-01", "2026-02-02"), "1", "0.00");
        recurring.putArray("details").add(step(1, "1", "0", "0", "0"));
        lines.add(usage).add(recurring);
        invoice.putObject("cut")
                .put("from", "2026-01-01T00:00:00Z")
                .put("to", "2026-02-01T00:00:00Z")
                .put("accepted_before", "2026-02-01T01:00:00Z");
        return invoice;
    }

    private static ObjectNode line(String kind, String description, ObjectNode days, String quantity, String amount) {
        ObjectNode line = Json.object().put("kind", kind).put("description", description);
        line.set("service_period", days);
        return line.put("quantity", quantity).put("amount", amount);
    }

    private static ObjectNode step(int tier, String quantity, String unitAmount, String flatAmount, String amount) {
        return Json.object()
                .put("tier", tier)
                .put("quantity", quantity)
                .put("unit_amount", unitAmount)
                .put("flat_amount", flatAmount)
                .put("amount", amount);
    }

    private static ObjectNode days(String start, String end) {
        return Json.object().put("start", start).put("end", end);
    }

    /** What a reader sees, words separated by single blanks. */
    private static String text(String html) {
        return html.substring(html.indexOf("<main>")).replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }
}
