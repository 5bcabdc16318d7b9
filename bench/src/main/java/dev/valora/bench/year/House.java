package dev.valora.bench.year;

import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.year.oracle.Policy;
import dev.valora.bench.year.oracle.Price;
import dev.valora.bench.year.oracle.Terms;
import dev.valora.bench.year.oracle.Usage;
import dev.valora.bench.year.oracle.World;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One organization: what it sells, to whom, and all that happened to it. Refusals: any thread; else the one that drives. */
final class House implements AutoCloseable {

    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final String CUT_OFF = "cut off by a kill";

    private final String name;
    private Terms terms;
    private final YearServer server;
    private final ApiClient client;
    private final Catalogue catalogue;
    private final List<Booking> bookings = new ArrayList<>();
    private final List<String> customers = new ArrayList<>();
    private final Map<String, List<Usage>> usage = new HashMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();

    private House(String name, Terms terms, YearServer server, ApiClient client, Catalogue catalogue) {
        this.name = name;
        this.terms = terms;
        this.server = server;
        this.client = client;
        this.catalogue = catalogue;
    }

    /** Creates it with its meters and prices. */
    static House open(YearServer server, String name, String currency, Terms terms, Draws draws)
            throws InterruptedException {
        Policy policy = terms.policies().getFirst();
        String key = server.ask(() -> server.operator()
                .createOrganization(Map.of(
                        "name",
                        name,
                        "currency",
                        currency,
                        "timezone",
                        terms.zone().getId(),
                        "usage_grace_hours",
                        policy.graceHours(),
                        "late_usage",
                        policy.recordsLateUsageOnly() ? "record_only" : "bill_next",
                        "net_terms_days",
                        policy.netTermsDays(),
                        "zero_invoices",
                        zeroInvoices(policy))));
        House house = new House(name, terms, server, server.client(key), new Catalogue(draws));
        for (var meter : List.of(Catalogue.CALLS, Catalogue.JOBS, Catalogue.PEAK)) {
            house.create(
                    "/v1/meters",
                    Map.of(
                            "code", meter.code(),
                            "aggregation", meter.aggregation().name().toLowerCase(Locale.ROOT),
                            "dimensions", List.of(Catalogue.REGION)));
        }
        house.create("/v1/products", Map.of("code", Catalogue.PRODUCT, "name", "Everything"));
        for (Price price : house.catalogue.prices().values()) {
            house.create("/v1/prices", WireJson.price(price, Catalogue.PRODUCT));
        }
        for (Bundle bundle : house.catalogue.bundles()) {
            house.create("/v1/plans", WireJson.bundle(bundle));
        }
        return house;
    }

    private static String zeroInvoices(Policy policy) {
        return policy.skipsZeroInvoices() ? "skip" : "issue";
    }

    private void create(String path, Map<String, Object> body) throws InterruptedException {
        server.post(client, path, body, name + path + body.get("code")).expect(CREATED);
    }

    String name() {
        return name;
    }

    Terms terms() {
        return terms;
    }

    /** Other rules for cycles that open from now on. */
    void agreeOn(Policy policy) throws InterruptedException {
        Map<String, Object> body = Map.of(
                "usage_grace_hours", policy.graceHours(),
                "late_usage", policy.recordsLateUsageOnly() ? "record_only" : "bill_next",
                "net_terms_days", policy.netTermsDays(),
                "zero_invoices", zeroInvoices(policy));
        server.ask(() -> client.send("PATCH", "/v1/organization", body)).expect(OK);
        terms = terms.with(policy);
    }

    ApiClient client() {
        return client;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    List<Booking> bookings() {
        return bookings;
    }

    List<String> customers() {
        return customers;
    }

    /** A list for each customer, in the order in which events were acknowledged. */
    Map<String, List<Usage>> usage() {
        return usage;
    }

    LocalDate dayOf(Instant now) {
        return LocalDate.ofInstant(now, terms.zone());
    }

    /** Counts a request that the server would not do. */
    synchronized void refused(Answer answer) {
        refusals.merge("refused " + answer.status() + " " + code(answer), 1, Integer::sum);
    }

    /** Counts a request that was cut off by a kill, and whose key cannot be used again at once. */
    synchronized void wasCutOff() {
        refusals.merge(CUT_OFF, 1, Integer::sum);
    }

    private static String code(Answer answer) {
        String code = YearServer.code(answer);
        String field = answer.body().path("errors").path(0).path("code").asText("");
        return field.isEmpty() ? code : code + " " + field;
    }

    synchronized Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }

    World world() {
        return new World(terms, catalogue.prices(), usage);
    }

    @Override
    public void close() {
        client.close();
    }
}
