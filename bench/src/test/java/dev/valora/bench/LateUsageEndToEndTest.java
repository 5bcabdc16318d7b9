package dev.valora.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.invoices.Seller;
import dev.valora.bench.invoices.Used;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real distribution, from events that come when their month is billed, and a void of one that was, to the invoices that say
 * so. Calls cost 0.50 each behind the first ten of a month, beside 10.00 a month in advance.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class LateUsageEndToEndTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String CALLS = "calls";

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldBillLateAndVoidedUsageNextAndTellOfEveryKeyWhichInvoiceBilledIt() throws Exception {
        try (TestServer test = new TestServer(directory, BEGIN)) {
            test.server().start();
            try (Seller seller = sold(test)) {
                seller.turnClockTo(Instant.parse("2026-01-20T12:00:00Z"));
                post(
                        seller,
                        "e-1 30 2026-01-05T09:00:00Z",
                        "e-2 20 2026-01-20T11:59:59Z",
                        "e-3 5 2026-01-19T08:30:00Z");
                seller.turnClockTo(Instant.parse("2026-02-01T01:00:00Z"));
                expectJanuary(seller);
                seller.turnClockTo(Instant.parse("2026-02-10T06:30:00Z"));
                beLate(seller);
                seller.turnClockTo(Instant.parse("2026-03-01T01:00:00Z"));
                expectFebruary(seller);
                voidAndReissueJanuary(seller);
                seller.turnClockTo(Instant.parse("2026-04-01T01:00:00Z"));
                // Nothing of January and February is left to bill.
                assertEquals(List.of("usage 2026-03 0 0.00", "recurring 2026-04 1 10.00"), lines(seller, "INV-000005"));
                expectVerified(seller);
            }
            assertEquals(0, test.server().stop(), () -> test.server().process().lastLines());
        }
    }

    private static void expectJanuary(Seller seller) throws IOException, InterruptedException {
        // 45 x 0.50
        assertEquals(List.of("usage 2026-01 55 22.50", "recurring 2026-02 1 10.00"), lines(seller, "INV-000002"));
        assertEquals("billed INV-000002 of 20", fate(seller, "e-2"));
        assertEquals("billed INV-000002 of 5", fate(seller, "e-3"));
    }

    /** Two events of January are late, a void takes a billed one back, and February has usage of its own. */
    private static void beLate(Seller seller) throws IOException, InterruptedException {
        post(seller, "l-1 8 2026-01-31T23:59:59.999999Z", "l-2 4 2026-01-05T09:10:00Z", "f-1 3 2026-02-10T06:00:00Z");
        assertEquals(1, seller.postAll(List.of(used("l-1 8 2026-01-31T23:59:59.999999Z"))));
        for (int i = 0; i < 2; i++) {
            seller.api().voidEvent("e-3", "sent by mistake").expect(200);
        }
        awaitApplied(seller);
        assertEquals("pending due 2026-03-01T01:00:00Z of 8", fate(seller, "l-1"));
        assertEquals("pending due 2026-03-01T01:00:00Z of 3", fate(seller, "f-1"));
        assertEquals("billed INV-000002 of 30", fate(seller, "e-1"));
        assertEquals("pending due 2026-03-01T01:00:00Z of -5", fateOfVoid(seller, "e-3"));
    }

    private static void expectFebruary(Seller seller) throws IOException, InterruptedException {
        // 57 + 5 calls are owed for, 55 were billed: 8 + 4 - 5 more.
        assertEquals(
                List.of("usage 2026-02 3 0.00", "late_usage 2026-01 7 3.50", "recurring 2026-03 1 10.00"),
                lines(seller, "INV-000003"));
        assertEquals(
                List.of(
                        "e-1 billed INV-000002 of 30",
                        "e-2 billed INV-000002 of 20",
                        "e-3 billed INV-000002 of 5",
                        "l-1 billed INV-000003 of 8",
                        "l-2 billed INV-000003 of 4",
                        "f-1 billed INV-000003 of 3"),
                fates(seller));
        assertEquals("billed INV-000003 of -5", fateOfVoid(seller, "e-3"));
        JsonNode late = invoice(seller, "INV-000003").at("/lines/1");
        JsonNode explained = seller.api()
                .get("/v1/invoices/" + text(invoice(seller, "INV-000003"), "id") + "/lines/" + text(late, "id")
                        + "/explain");
        assertEquals("true", explained.get("matches").toString());
        assertEquals(
                "62 26.00", text(explained.get("target"), "quantity") + " " + text(explained.get("target"), "amount"));
        assertEquals("55", explained.at("/billed_before/quantity").textValue());
        assertEquals(
                List.of("e-1", "e-2", "l-1", "l-2"),
                seller.api().list(explained.at("/measurements/0/events").textValue()).stream()
                        .map(event -> text(event, "idempotency_key"))
                        .sorted()
                        .toList());
    }

    /** The new revision says all that is known of January, less what the invoice of February has billed of it. */
    private static void voidAndReissueJanuary(Seller seller) throws IOException, InterruptedException {
        JsonNode voided = seller.api()
                .post(
                        "/v1/invoices/" + text(invoice(seller, "INV-000002"), "id") + "/void",
                        Map.of("reason", "wrong address", "reissue", true))
                .expect(200);
        assertEquals("void", text(voided, "status"));
        assertEquals("INV-000004", voided.at("/reissued_as/number").textValue());
        assertEquals(
                List.of("usage 2026-01 62 26.00", "late_usage 2026-01 -7 -3.50", "recurring 2026-02 1 10.00"),
                lines(seller, "INV-000004"));
        assertEquals("2", invoice(seller, "INV-000004").get("revision").toString());
        assertEquals(
                List.of(
                        "e-1 billed INV-000004 of 30",
                        "e-2 billed INV-000004 of 20",
                        "e-3 billed INV-000004 of 5",
                        "l-1 billed INV-000003 of 8",
                        "l-2 billed INV-000003 of 4",
                        "f-1 billed INV-000003 of 3"),
                fates(seller));
        assertEquals("billed INV-000003 of -5", fateOfVoid(seller, "e-3"));
    }

    private static void expectVerified(Seller seller) throws IOException, InterruptedException {
        for (JsonNode invoice : seller.invoices()) {
            JsonNode verified = seller.api()
                    .post("/v1/invoices/" + text(invoice, "id") + "/verify", Map.of())
                    .expect(200);
            assertEquals("true", verified.get("matches").toString(), () -> invoice + " does not match: " + verified);
        }
    }

    private static Seller sold(TestServer test) throws IOException, InterruptedException {
        Seller seller = Seller.create(
                test.server().address(),
                TestServer.OPERATOR_KEY,
                Map.of("name", "Acme", "currency", "EUR", "timezone", "UTC"));
        seller.create("/v1/meters", Map.of("code", CALLS, "aggregation", "sum"));
        seller.create("/v1/products", Map.of("code", "api", "name", "API"));
        seller.create(
                "/v1/prices",
                Map.of(
                        "code", "base",
                        "product", "api",
                        "type", "recurring",
                        "interval", "month",
                        "version", Map.of("model", "flat", "amount", "10")));
        seller.create(
                "/v1/prices",
                Map.of(
                        "code",
                        CALLS,
                        "product",
                        "api",
                        "type",
                        "usage",
                        "meter",
                        CALLS,
                        "interval",
                        "month",
                        "version",
                        Map.of("model", "per_unit", "unit_amount", "0.50", "free_units", "10")));
        seller.create("/v1/plans", Map.of("code", "pro", "name", "Pro", "prices", List.of("base", CALLS)));
        seller.subscribe(List.of("ann"), Map.of("plan", "pro"));
        return seller;
    }

    private static void post(Seller seller, String... events) throws IOException, InterruptedException {
        List<Used> all = new ArrayList<>();
        for (String event : events) {
            all.add(used(event));
        }
        assertEquals(0, seller.postAll(all));
        awaitApplied(seller);
    }

    /** Turning the clock to what it shows answers once everything that was sent is in the windows. */
    private static void awaitApplied(Seller seller) throws IOException, InterruptedException {
        seller.turnClockTo(seller.now());
    }

    private static Used used(String event) {
        String[] words = event.split(" ", -1);
        return new Used(words[0], "ann", CALLS, words[1], Instant.parse(words[2]));
    }

    private static List<String> fates(Seller seller) throws IOException, InterruptedException {
        List<String> fates = new ArrayList<>();
        for (String key : List.of("e-1", "e-2", "e-3", "l-1", "l-2", "f-1")) {
            fates.add(key + " " + fate(seller, key));
        }
        return fates;
    }

    private static String fate(Seller seller, String key) throws IOException, InterruptedException {
        JsonNode event = seller.api().get("/v1/usage/events/" + key);
        return fate(seller, text(event, "timestamp"), text(event, "accepted_at"));
    }

    private static String fateOfVoid(Seller seller, String key) throws IOException, InterruptedException {
        JsonNode event = seller.api().get("/v1/usage/events/" + key);
        return fate(seller, text(event, "timestamp"), text(event.get("void"), "voided_at"));
    }

    /** What became of what was accepted in this hour for the window of this instant, and how much that is. */
    private static String fate(Seller seller, String usedAt, String acceptedAt)
            throws IOException, InterruptedException {
        Instant window = Instant.parse(usedAt).truncatedTo(ChronoUnit.HOURS);
        String accepted =
                Instant.parse(acceptedAt).truncatedTo(ChronoUnit.HOURS).toString();
        JsonNode page = seller.api()
                .get("/v1/usage/fates?customer=ann&meter=" + CALLS + "&from=" + window + "&to="
                        + window.plus(1, ChronoUnit.HOURS));
        JsonNode row = StreamSupport.stream(page.at("/data/0/usage").spliterator(), false)
                .filter(one -> text(one, "accepted_hour").equals(accepted))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing accepted at " + accepted + ": " + page));
        JsonNode charge = row.at("/charges/0");
        return text(row, "fate") + " "
                + (charge.has("due") ? "due " + text(charge, "due") : text(charge, "invoice_number")) + " of "
                + text(row, "value");
    }

    private static List<String> lines(Seller seller, String number) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (JsonNode line : invoice(seller, number).get("lines")) {
            lines.add(text(line, "kind") + " "
                    + line.at("/service_period/start").textValue().substring(0, 7) + " " + text(line, "quantity") + " "
                    + text(line, "amount"));
        }
        return lines;
    }

    private static JsonNode invoice(Seller seller, String number) throws IOException, InterruptedException {
        return seller.invoices().stream()
                .filter(invoice -> text(invoice, "number").equals(number))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no invoice " + number));
    }

    private static String text(JsonNode node, String member) {
        return node.required(member).textValue();
    }
}
