package dev.valora.bench.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.server.Directories;
import dev.valora.bench.server.ProcessorUse;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Valora's distribution on an empty data directory, an organization in UTC whose subscriptions are all alike, and its months,
 * one after the other. One thread.
 */
final class InvoicesRun implements AutoCloseable {

    static final YearMonth FIRST_MONTH = YearMonth.of(2026, 1);
    static final int PRICES = 5;
    static final int WINDOW_ROWS = 30;

    /** Of the meter that is used most. */
    private static final int HOURS = 8;

    private static final String OPERATOR_KEY = "operator-key-of-the-billing-run";
    /** Usage of one month, each value in an hour of its own: 30 rows of windows. */
    private static final List<Meter> METERS = List.of(
            new Meter("api_calls", "sum", 8, "300"),
            new Meter("storage_gb", "max", 8, "50"),
            new Meter("tokens", "sum", 7, "1000.5"),
            new Meter("jobs", "count", 7, "1"));
    /**
     * Base 49; 2,400 calls 1,000 × 0.01 + 1,400 × 0.005 + 1 = 18; 50 GB (50 − 10) × 0.25 = 10; 7,003.5 tokens × 0.0015 = 10.50525;
     * 7 jobs are 2 packages of 5 for 2 each = 4.
     */
    private static final String TOTAL = "91.51";

    private final Path directory;
    private final boolean postsLate;
    private final ValoraServer server;
    private final Seller seller;
    private final List<String> customers;

    /** A meter with the usage that each customer has of it in a month. */
    private record Meter(String code, String aggregation, int hours, String value) {}

    private InvoicesRun(Path directory, ValoraServer server, Seller seller, List<String> customers, boolean postsLate) {
        this.postsLate = postsLate;
        this.directory = directory;
        this.server = server;
        this.seller = seller;
        this.customers = customers;
    }

    /**
     * Starts the server, and sells to so many customers.
     *
     * @param parent where the data directory is made: the disk that is measured
     * @param postsLate whether usage is posted when its month is over, which makes every window row one that changed behind its
     *     hour, instead of in its hour
     */
    static InvoicesRun start(Path parent, int subscriptions, boolean postsLate)
            throws IOException, InterruptedException {
        Path directory = Directories.temporary(parent);
        Instant start = startOf(FIRST_MONTH.atDay(1));
        ValoraServer server = new ValoraServer(
                directory.resolve("data"),
                Map.of(
                        "VALORA_OPERATOR_KEY",
                        OPERATOR_KEY,
                        "VALORA_RATE_LIMITS",
                        "off",
                        "VALORA_CLOCK",
                        "manual",
                        "VALORA_CLOCK_START",
                        start.toString()));
        try {
            server.start();
            Seller seller = Seller.create(
                    server.address(),
                    OPERATOR_KEY,
                    Map.of("name", "Billing run", "currency", "USD", "timezone", "UTC"));
            List<String> customers = IntStream.range(0, subscriptions)
                    .mapToObj("customer-%06d"::formatted)
                    .toList();
            sell(seller);
            seller.subscribe(customers, Map.of("plan", "hybrid"));
            // The opening invoices.
            seller.turnClockTo(start);
            return new InvoicesRun(directory, server, seller, customers, postsLate);
        } catch (IOException | RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static void sell(Seller seller) throws IOException, InterruptedException {
        for (Meter meter : METERS) {
            seller.create("/v1/meters", Map.of("code", meter.code(), "aggregation", meter.aggregation()));
        }
        seller.create("/v1/products", Map.of("code", "platform", "name", "Platform"));
        Map<String, Map<String, ?>> versions = new TreeMap<>();
        versions.put("api_calls", Map.of("model", "graduated", "tiers", tiers("1000", "0.01", "0.005", "1")));
        versions.put("storage_gb", Map.of("model", "per_unit", "unit_amount", "0.25", "free_units", "10"));
        versions.put("tokens", Map.of("model", "volume", "tiers", tiers("5000", "0.002", "0.0015", "0")));
        versions.put("jobs", Map.of("model", "package", "package_size", "5", "package_amount", "2"));
        seller.create(
                "/v1/prices", price("base", Map.of("type", "recurring"), Map.of("model", "flat", "amount", "49")));
        List<String> prices = new ArrayList<>(List.of("base"));
        for (var version : versions.entrySet()) {
            String meter = version.getKey();
            seller.create("/v1/prices", price(meter, Map.of("type", "usage", "meter", meter), version.getValue()));
            prices.add(meter);
        }
        seller.create("/v1/plans", Map.of("code", "hybrid", "name", "Hybrid", "prices", prices));
    }

    private static Map<String, Object> price(String code, Map<String, String> basis, Map<String, ?> version) {
        Map<String, Object> price = new TreeMap<>(basis);
        price.putAll(Map.of("code", code, "product", "platform", "interval", "month", "version", version));
        return price;
    }

    private static List<Map<String, String>> tiers(String upTo, String below, String above, String flatAbove) {
        return List.of(
                Map.of("up_to", upTo, "unit_amount", below), Map.of("unit_amount", above, "flat_amount", flatAbove));
    }

    /**
     * Posts the usage of a month and bills it. What is timed is finding what is due, freezing terms, reading windows, rating,
     * numbering, hashing and committing; the period's end and the usage are behind the server by then.
     */
    MonthFigure bill(YearMonth month) throws IOException, InterruptedException {
        LocalDate end = month.plusMonths(1).atDay(1);
        Instant cut = startOf(end).plus(1, ChronoUnit.HOURS);
        for (int window = 0; window < HOURS; window++) {
            if (!postsLate) {
                seller.turnClockTo(hour(month, window));
                seller.postAll(usage(month, window));
            }
        }
        seller.turnClockTo(startOf(end));
        for (int window = 0; window < HOURS && postsLate; window++) {
            seller.postAll(usage(month, window));
        }
        seller.turnClockTo(cut.minus(1, ChronoUnit.MICROS));
        ProcessorUse before = server.processorUse();
        long startNanos = System.nanoTime();
        seller.turnClockTo(cut);
        Duration turn = Duration.ofNanos(System.nanoTime() - startNanos);
        ProcessorUse used = server.processorUse().since(before);
        check(end);
        return new MonthFigure(month, customers.size(), customers.size() * WINDOW_ROWS, turn, used);
    }

    private List<Used> usage(YearMonth month, int window) {
        List<Used> events = new ArrayList<>(customers.size() * METERS.size());
        for (String customer : customers) {
            for (Meter meter : METERS) {
                if (window < meter.hours()) {
                    String key = month + "/" + customer + "/" + meter.code() + "/" + window;
                    events.add(new Used(key, customer, meter.code(), meter.value(), hour(month, window)));
                }
            }
        }
        return events;
    }

    /** Every third day, an hour later each time; behind the cut of the month before. */
    private static Instant hour(YearMonth month, int window) {
        return startOf(month.atDay(1 + 3 * window)).plus(2 + window, ChronoUnit.HOURS);
    }

    private void check(LocalDate issueDate) throws IOException, InterruptedException {
        List<JsonNode> invoices = seller.api().list("/v1/invoices?from=" + issueDate + "&to=" + issueDate.plusDays(1));
        if (invoices.size() != customers.size()) {
            throw new IllegalStateException(invoices.size() + " invoices, not " + customers.size());
        }
        for (JsonNode invoice : invoices) {
            String total = invoice.required("total").textValue();
            if (!total.equals(TOTAL) || invoice.required("lines").size() != PRICES) {
                throw new IllegalStateException("not a total of " + TOTAL + " in " + PRICES + " lines: " + invoice);
            }
        }
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Override
    public void close() {
        seller.close();
        server.close();
        Directories.delete(directory);
    }
}
