package dev.valora.bench;

import dev.valora.bench.invoices.Seller;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tests of billing sell, in New York and in dollars: 49.00 a month in advance; API calls at 0.01 up to 1,000, at 0.008 up
 * to 10,000 with 2.50 once, at 0.0045 above; storage by the month's maximum, 10 GB free, 0.25 for each GB more.
 */
final class HybridPlan {

    static final String CODE = "hybrid";
    static final String CALLS = "api_calls";
    static final String STORAGE = "storage_gb";

    /** The first instant of January in New York, and of the months after it. */
    static final Instant JANUARY = Instant.parse("2026-01-01T05:00:00Z");

    static final Instant FEBRUARY = Instant.parse("2026-02-01T05:00:00Z");

    /** January's cut: its end and an hour of grace. */
    static final Instant CUT_OF_JANUARY = Instant.parse("2026-02-01T06:00:00Z");

    static final Instant CUT_OF_FEBRUARY = Instant.parse("2026-03-01T06:00:00Z");

    private HybridPlan() {}

    /** An organization that sells it. */
    static Seller sold(TestServer test) throws IOException, InterruptedException {
        Seller seller = Seller.create(
                test.server().address(),
                TestServer.OPERATOR_KEY,
                Map.of(
                        "name", "Acme",
                        "currency", "USD",
                        "timezone", "America/New_York",
                        "net_terms_days", 14,
                        "issuer",
                                Map.of(
                                        "name",
                                        "Acme Inc.",
                                        "address",
                                        "1 Main Street\nNew York",
                                        "tax_id",
                                        "12-3456789")));
        seller.create("/v1/meters", Map.of("code", CALLS, "aggregation", "sum"));
        seller.create("/v1/meters", Map.of("code", STORAGE, "aggregation", "max"));
        seller.create("/v1/products", Map.of("code", "platform", "name", "Platform"));
        seller.create("/v1/prices", price("base", Map.of("type", "recurring"), base("49")));
        seller.create("/v1/prices", price("calls", Map.of("type", "usage", "meter", CALLS), calls("0.008")));
        seller.create("/v1/prices", price("storage", Map.of("type", "usage", "meter", STORAGE), storage("0.25")));
        seller.create(
                "/v1/plans", Map.of("code", CODE, "name", "Hybrid", "prices", List.of("base", "calls", "storage")));
        return seller;
    }

    static Map<String, Object> base(String amount) {
        return Map.of("model", "flat", "amount", amount);
    }

    static Map<String, Object> calls(String secondTier) {
        return Map.of(
                "model",
                "graduated",
                "tiers",
                List.of(
                        Map.of("up_to", "1000", "unit_amount", "0.01"),
                        Map.of("up_to", "10000", "unit_amount", secondTier, "flat_amount", "2.50"),
                        Map.of("unit_amount", "0.0045")));
    }

    static Map<String, Object> storage(String unitAmount) {
        return Map.of("model", "per_unit", "unit_amount", unitAmount, "free_units", "10");
    }

    private static Map<String, Object> price(String code, Map<String, String> basis, Map<String, Object> version) {
        Map<String, Object> price = new HashMap<>(basis);
        price.putAll(Map.of("code", code, "product", "platform", "name", code, "interval", "month"));
        price.put("version", version);
        return price;
    }
}
