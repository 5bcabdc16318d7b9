package dev.valora.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.invoices.Seller;
import dev.valora.bench.invoices.Used;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real distribution from an organization to verified invoices. Every amount was worked out by hand from the prices of
 * {@link HybridPlan}.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class InvoicesEndToEndTest {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> FROM_THE_FIRST =
            List.of("ann", "ben", "cleo", "dora", "emil", "fred", "gina", "hugo", "ida", "jack", "kate");
    /** Subscribes on the 18th, for months that begin on the first. */
    private static final String LIAM = "liam";

    private static final String USAGE = """
            ann   api_calls   200             2026-01-03T09:00:00Z
            ann   api_calls   300             2026-01-28T23:30:00Z
            ann   storage_gb  5               2026-01-10T00:00:00Z
            ben   api_calls   999             2026-01-05T12:00:00Z
            ben   api_calls   1               2026-01-06T12:00:00Z
            ben   storage_gb  10              2026-01-31T00:00:00Z
            cleo  api_calls   1000            2026-01-02T08:00:00Z
            cleo  api_calls   0.5             2026-01-02T08:00:00Z
            cleo  storage_gb  10.5            2026-01-02T08:00:00Z
            dora  api_calls   4000            2026-01-11T10:00:00Z
            dora  api_calls   6000            2026-01-12T10:00:00Z
            dora  storage_gb  20              2026-01-12T10:00:00Z
            dora  storage_gb  19.999999999999 2026-01-13T10:00:00Z
            emil  api_calls   10001           2026-01-20T10:00:00Z
            emil  storage_gb  11              2026-01-20T10:00:00Z
            fred  api_calls   24999.25        2026-01-21T10:00:00Z
            fred  api_calls   0.75            2026-01-22T10:00:00Z
            fred  storage_gb  110             2026-01-22T10:00:00Z
            hugo  api_calls   0.1             2026-01-08T01:00:00Z
            hugo  api_calls   0.15            2026-01-08T02:00:00Z
            hugo  api_calls   0.25            2026-01-08T02:00:00.000001Z
            hugo  storage_gb  10.02           2026-01-08T01:00:00Z
            ida   api_calls   900             2026-01-01T04:59:59.999999Z
            ida   api_calls   200             2026-01-01T05:00:00Z
            ida   api_calls   100             2026-02-01T04:59:59.999999Z
            ida   api_calls   7000            2026-02-01T05:00:00Z
            ida   storage_gb  30              2026-02-01T04:59:59.999999Z
            ida   storage_gb  400             2026-02-01T05:00:00Z
            jack  api_calls   400             2026-01-14T06:00:00Z
            jack  api_calls   400             2026-01-14T06:00:00Z
            jack  api_calls   400             2026-01-15T06:00:00Z
            jack  storage_gb  12              2026-01-15T06:00:00Z
            kate  api_calls   3000            2026-01-30T00:00:00Z
            kate  api_calls   2000            2026-01-20T00:00:00Z
            kate  api_calls   1000            2026-01-10T00:00:00Z
            kate  storage_gb  14              2026-01-30T00:00:00Z
            kate  storage_gb  50              2026-01-20T00:00:00Z
            kate  storage_gb  3               2026-01-10T00:00:00Z
            liam  api_calls   5000            2026-01-18T04:59:59.999999Z
            liam  api_calls   2000            2026-01-18T05:00:00Z
            liam  storage_gb  99              2026-01-17T00:00:00Z
            liam  storage_gb  9.999999999999  2026-01-19T00:00:00Z
            """;

    /** What January comes to; to each total belong 49.00 in advance for February. */
    private static final List<Expected> INVOICES_OF_JANUARY = List.of(
            // 500 × 0.01; 5 GB of 10 free ones
            new Expected("ann", "500", "5.00", "5", "0.00", "54.00"),
            // The first tier ends at 1,000, and 1,000 is still in it; just as many GB as are free.
            new Expected("ben", "1000", "10.00", "10", "0.00", "59.00"),
            // 10 + 0.5 × 0.008 + 2.50 = 12.504; 0.5 × 0.25 = 0.125
            new Expected("cleo", "1000.5", "12.50", "10.5", "0.13", "61.63"),
            // 10 + 9,000 × 0.008 + 2.50; 10 × 0.25
            new Expected("dora", "10000", "84.50", "20", "2.50", "136.00"),
            // 84.50 + 1 × 0.0045 = 84.5045; 1 × 0.25
            new Expected("emil", "10001", "84.50", "11", "0.25", "133.75"),
            // 84.50 + 15,000 × 0.0045 = 84.50 + 67.50; 100 × 0.25
            new Expected("fred", "25000", "152.00", "110", "25.00", "226.00"),
            new Expected("gina", "0", "0.00", "0", "0.00", "49.00"),
            // 0.5 × 0.01 = 0.005 and 0.02 × 0.25 = 0.005, each of which is rounded up.
            new Expected("hugo", "0.5", "0.01", "10.02", "0.01", "49.02"),
            // From the first instant of January to the last: 300 × 0.01; 20 × 0.25
            new Expected("ida", "300", "3.00", "30", "5.00", "57.00"),
            // Each event once: 10 + 200 × 0.008 + 2.50; 2 × 0.25
            new Expected("jack", "1200", "14.10", "12", "0.50", "63.60"),
            // 10 + 5,000 × 0.008 + 2.50; 40 × 0.25
            new Expected("kate", "6000", "52.50", "50", "10.00", "111.50"),
            // From the 18th on: 10 + 1,000 × 0.008 + 2.50
            new Expected(LIAM, "2000", "20.50", "9.999999999999", "0.00", "69.50"));

    private final long seed = Long.getLong("valora.seed", 20_261_122L);
    private final Random random = new Random(seed);

    @TempDir
    private Path directory = Path.of("");

    /** January's invoice of one customer. */
    private record Expected(
            String customer, String calls, String callsAmount, String storage, String storageAmount, String total) {

        List<String> lines() {
            return List.of(
                    "usage calls 2026-01 " + calls + " " + callsAmount,
                    "usage storage 2026-01 " + storage + " " + storageAmount,
                    "recurring base 2026-02 1 49.00");
        }
    }

    @Test
    void shouldBillWhatWasWorkedOutByHandAndVerifyItAfterEverythingChanged() throws Exception {
        System.out.println("seed " + seed);
        try (TestServer test = new TestServer(directory, BEGIN)) {
            test.server().start();
            try (Seller seller = HybridPlan.sold(test)) {
                seller.subscribe(FROM_THE_FIRST, Map.of("plan", HybridPlan.CODE, "start_date", "2026-01-01"));
                seller.subscribe(
                        List.of(LIAM), Map.of("plan", HybridPlan.CODE, "start_date", "2026-01-18", "anchor_day", 1));
                seller.turnClockTo(HybridPlan.JANUARY);
                use(seller);
                seller.turnClockTo(HybridPlan.CUT_OF_JANUARY);

                List<JsonNode> invoices = seller.invoices();
                expectOpenings(invoices);
                expectJanuary(invoices);
                changeEverything(seller);
                expectVerified(seller, invoices);

                seller.turnClockTo(HybridPlan.CUT_OF_FEBRUARY);
                List<JsonNode> later = seller.invoices();
                assertEquals(invoices, later.subList(0, invoices.size()));
                expectFebruary(later.subList(invoices.size(), later.size()));
                expectVerified(seller, later);
            }
            assertEquals(0, test.server().stop(), () -> test.server().process().lastLines());
        }
    }

    /** Posts everything in random order, most of it at the month's end, some in the hour of grace, and all of it again. */
    private void use(Seller seller) throws IOException, InterruptedException {
        List<Used> events = new ArrayList<>(events());
        Collections.shuffle(events, random);
        seller.turnClockTo(HybridPlan.FEBRUARY.minus(Duration.ofMinutes(30)));
        int most = events.size() * 2 / 3;
        postInTens(seller, events.subList(0, most), 0);
        seller.turnClockTo(HybridPlan.CUT_OF_JANUARY.minusNanos(1_000));
        postInTens(seller, events.subList(most, events.size()), 0);
        Collections.shuffle(events, random);
        postInTens(seller, events, events.size());

        Used known = events.getFirst();
        Used other = new Used(known.key(), known.customer(), known.meter(), "90000", known.at());
        JsonNode fates = seller.post(List.of(other, known)).expect(207);
        assertEquals(1, fates.get("conflicts").intValue());
        assertEquals(1, fates.get("duplicates").intValue());
    }

    private static void postInTens(Seller seller, List<Used> events, int duplicates)
            throws IOException, InterruptedException {
        int known = 0;
        for (int from = 0; from < events.size(); from += 10) {
            known += seller.postAll(events.subList(from, Math.min(events.size(), from + 10)));
        }
        assertEquals(duplicates, known);
    }

    private static List<Used> events() {
        List<String> lines = USAGE.lines().toList();
        return IntStream.range(0, lines.size())
                .mapToObj(number -> {
                    String[] words = lines.get(number).split(" +", -1);
                    return new Used("u-" + number, words[0], words[1], words[2], Instant.parse(words[3]));
                })
                .toList();
    }

    private static void expectOpenings(List<JsonNode> invoices) {
        assertEquals(
                IntStream.rangeClosed(1, 24).mapToObj("INV-%06d"::formatted).toList(),
                invoices.stream().map(invoice -> text(invoice, "number")).toList());
        Map<String, List<String>> openings = new HashMap<>();
        for (String customer : FROM_THE_FIRST) {
            openings.put(customer, List.of("2026-01-01 due 2026-01-15 total 49.00", "recurring base 2026-01 1 49.00"));
        }
        // 14 of 31 days: 49 × 14 / 31 = 22.129…
        openings.put(LIAM, List.of("2026-01-18 due 2026-02-01 total 22.13", "recurring base 2026-01 1 22.13"));
        assertEquals(openings, said(invoices.subList(0, 12)));
    }

    private static void expectJanuary(List<JsonNode> invoices) {
        Map<String, List<String>> expected = new HashMap<>();
        for (Expected one : INVOICES_OF_JANUARY) {
            List<String> said = new ArrayList<>(List.of("2026-02-01 due 2026-02-15 total " + one.total()));
            said.addAll(one.lines());
            expected.put(one.customer(), said);
        }
        assertEquals(expected, said(invoices.subList(12, 24)));
        JsonNode steps = invoiceOf("fred", invoices.subList(12, 24)).at("/lines/0/details");
        assertEquals(
                "[{\"tier\":1,\"quantity\":\"1000\",\"unit_amount\":\"0.01\",\"flat_amount\":\"0\",\"amount\":\"10\"},"
                        + "{\"tier\":2,\"quantity\":\"9000\",\"unit_amount\":\"0.008\",\"flat_amount\":\"2.5\",\"amount\":\"74.5\"},"
                        + "{\"tier\":3,\"quantity\":\"15000\",\"unit_amount\":\"0.0045\",\"flat_amount\":\"0\",\"amount\":\"67.5\"}]",
                steps.toString());
    }

    /** Everything that an invoice was computed from, as far as it can be changed at all. */
    private static void changeEverything(Seller seller) throws IOException, InterruptedException {
        // Accepted when January was billed already.
        Used late = new Used("late", "ann", HybridPlan.CALLS, "777", Instant.parse("2026-01-20T00:00:00Z"));
        assertEquals(0, seller.postAll(List.of(late)));
        version(seller, "base", "2026-03-01", HybridPlan.base("59"));
        version(seller, "calls", "2026-02-10", HybridPlan.calls("0.5"));
        version(seller, "storage", "2026-02-01", HybridPlan.storage("0.30"));
        change(seller, "/v1/products/platform", Map.of("name", "Platform, renamed"));
        for (Expected one : INVOICES_OF_JANUARY) {
            change(seller, "/v1/customers/key:" + one.customer(), Map.of("name", "Renamed", "address", "Moved"));
        }
        change(
                seller,
                "/v1/organization",
                Map.of(
                        "name",
                        "Acme, renamed",
                        "usage_grace_hours",
                        48,
                        "net_terms_days",
                        30,
                        "invoice_prefix",
                        "NEW-",
                        "issuer",
                        Map.of("name", "Acme Holdings")));
    }

    private static void version(Seller seller, String price, String from, Map<String, Object> terms)
            throws IOException, InterruptedException {
        Map<String, Object> version = new HashMap<>(terms);
        version.put("effective_from", from);
        seller.create("/v1/prices/" + price + "/versions", version);
    }

    private static void change(Seller seller, String path, Map<String, Object> members)
            throws IOException, InterruptedException {
        seller.api().send("PATCH", path, members).expect(200);
    }

    private static void expectVerified(Seller seller, List<JsonNode> invoices)
            throws IOException, InterruptedException {
        for (JsonNode invoice : invoices) {
            String path = "/v1/invoices/" + text(invoice, "id");
            JsonNode verified = seller.api().post(path + "/verify", Map.of()).expect(200);
            assertTrue(verified.get("matches").booleanValue(), () -> invoice + " does not match: " + verified);
            assertEquals(text(invoice, "content_hash"), text(verified, "computed_hash"));
            assertEquals(invoice.toString(), seller.api().text(path));
        }
    }

    private static void expectFebruary(List<JsonNode> invoices) {
        assertEquals(
                IntStream.rangeClosed(25, 36).mapToObj("NEW-%06d"::formatted).toList(),
                invoices.stream().map(invoice -> text(invoice, "number")).toList());
        // The first version of the calls, 10 + 6,000 × 0.008 + 2.50; the second of the storage, 390 × 0.30; the second
        // base. February had opened before the net terms were changed.
        assertEquals(
                List.of(
                        "2026-03-01 due 2026-03-15 total 236.50",
                        "usage calls 2026-02 7000 60.50",
                        "usage calls 2026-02 0 0.00",
                        "usage storage 2026-02 400 117.00",
                        "recurring base 2026-03 1 59.00"),
                said(invoices).get("ida"));
    }

    /** Of each customer's only invoice the first line says its dates and total, the others its lines. */
    private static Map<String, List<String>> said(List<JsonNode> invoices) {
        Map<String, List<String>> said = new HashMap<>();
        for (JsonNode invoice : invoices) {
            List<String> words = new ArrayList<>();
            words.add(text(invoice, "issue_date") + " due " + text(invoice, "due_date") + " total "
                    + text(invoice, "total"));
            for (JsonNode line : invoice.get("lines")) {
                String month = line.at("/service_period/start").textValue().substring(0, 7);
                words.add(String.join(
                        " ",
                        text(line, "kind"),
                        text(line, "price"),
                        month,
                        text(line, "quantity"),
                        text(line, "amount")));
            }
            String customer = text(invoice, "customer");
            assertEquals(null, said.put(customer, words), () -> customer + " has two invoices");
        }
        return said;
    }

    private static JsonNode invoiceOf(String customer, List<JsonNode> invoices) {
        return invoices.stream()
                .filter(invoice -> text(invoice, "customer").equals(customer))
                .findFirst()
                .orElseThrow();
    }

    private static String text(JsonNode node, String member) {
        return node.required(member).textValue();
    }
}
