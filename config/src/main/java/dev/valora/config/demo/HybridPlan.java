package dev.valora.config.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the plan charges, twice: as the requests that create its prices, and as plain arithmetic that knows nothing of how the
 * server rates.
 */
final class HybridPlan {

    static final String CODE = "pro";
    static final String CURRENCY = "USD";
    static final String API_CALLS = "api_calls";
    static final String STORAGE = "storage_gb";

    /** A month, in advance. */
    static final BigDecimal BASE_FEE = new BigDecimal("49.00");

    private static final BigDecimal STORAGE_RATE = new BigDecimal("0.115");
    private static final List<Step> CALL_STEPS = List.of(
            new Step(new BigDecimal("10000"), BigDecimal.ZERO),
            new Step(new BigDecimal("100000"), new BigDecimal("0.0018")),
            new Step(null, new BigDecimal("0.00095")));
    private static final int CENTS = 2;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** @param upTo inclusive; null without an end */
    private record Step(@Nullable BigDecimal upTo, BigDecimal unitAmount) {}

    private HybridPlan() {}

    static List<ObjectNode> products() {
        return List.of(
                object("code", "platform").put("name", "Pro plan"),
                object("code", "api").put("name", "API calls"),
                object("code", "storage").put("name", "Storage"));
    }

    static List<ObjectNode> meters() {
        return List.of(
                object("code", API_CALLS).put("name", "API calls").put("aggregation", "sum"),
                object("code", STORAGE)
                        .put("name", "Storage")
                        .put("aggregation", "max")
                        .put("unit", "GB"));
    }

    static List<ObjectNode> prices() {
        ObjectNode base = price("pro-base", "platform", "Pro plan, monthly base fee", "recurring");
        base.put("timing", "advance").set("version", object("model", "flat").put("amount", BASE_FEE.toPlainString()));
        ObjectNode calls = price("pro-api-calls", "api", "API calls", "usage").put("meter", API_CALLS);
        calls.set("version", object("model", "graduated").set("tiers", tiers()));
        ObjectNode storage = price("pro-storage", "storage", "Storage, highest level in GB", "usage");
        storage.put("meter", STORAGE)
                .set("version", object("model", "per_unit").put("unit_amount", STORAGE_RATE.toPlainString()));
        return List.of(base, calls, storage);
    }

    static ObjectNode plan() {
        ObjectNode plan = object("code", CODE).put("name", "Pro");
        ArrayNode codes = plan.putArray("prices");
        prices().forEach(price -> codes.add(price.get("code")));
        return plan;
    }

    /** What so many calls of a month cost, in whole cents. */
    static BigDecimal callsAmount(BigDecimal calls) {
        BigDecimal amount = BigDecimal.ZERO;
        BigDecimal left = calls;
        BigDecimal from = BigDecimal.ZERO;
        for (Step step : CALL_STEPS) {
            BigDecimal room =
                    step.upTo() == null ? left : step.upTo().subtract(from).min(left);
            amount = amount.add(room.multiply(step.unitAmount()));
            left = left.subtract(room);
            from = from.add(room);
        }
        return amount.setScale(CENTS, RoundingMode.HALF_UP);
    }

    /** What the highest level of a month costs, in whole cents. */
    static BigDecimal storageAmount(BigDecimal gigabytes) {
        return gigabytes.multiply(STORAGE_RATE).setScale(CENTS, RoundingMode.HALF_UP);
    }

    private static ArrayNode tiers() {
        ArrayNode tiers = JSON.arrayNode();
        for (Step step : CALL_STEPS) {
            tiers.addObject()
                    .put("up_to", step.upTo() == null ? null : step.upTo().toPlainString())
                    .put("unit_amount", step.unitAmount().toPlainString());
        }
        return tiers;
    }

    private static ObjectNode price(String code, String product, String name, String type) {
        return object("code", code)
                .put("product", product)
                .put("name", name)
                .put("type", type)
                .put("interval", "month");
    }

    private static ObjectNode object(String member, String text) {
        return JSON.objectNode().put(member, text);
    }
}
