package dev.valora.billing.contract;

import dev.valora.billing.Metadata;
import dev.valora.billing.offering.Plan;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A new subscription as a request describes it. Pure; problems go to the fields.
 *
 * @param customer the key
 * @param plan null when items were sent
 * @param items empty when a plan was sent
 * @param trialDays empty when the plan decides
 */
record SubscriptionFields(
        String customer,
        @Nullable String plan,
        List<ItemFields> items,
        LocalDate startDate,
        OptionalInt trialDays,
        OptionalInt anchorDay,
        Map<String, String> metadata) {

    /** Items of one subscription. */
    static final int ITEMS = 50;

    /** How far a start may lie from today: ten years, either way. */
    static final int START_DAYS = 3_653;

    private static final int DIGITS_BEFORE_POINT = 18;
    private static final int DIGITS_AFTER_POINT = 12;

    /** One item as it was sent, with its fields for what is found out later. */
    record ItemFields(JsonFields fields, String price, BigDecimal quantity) {

        private static ItemFields read(JsonFields fields) {
            String price = fields.requiredCode("price");
            BigDecimal quantity = fields.decimal("quantity", DIGITS_BEFORE_POINT, DIGITS_AFTER_POINT)
                    .orElse(BigDecimal.ONE);
            if (quantity.signum() < 0) {
                fields.problem("quantity", "out_of_range", "It must not be negative.");
            }
            return new ItemFields(fields, price, quantity);
        }
    }

    /** Reads a body; the caller looks up what it names and then checks the fields. */
    static SubscriptionFields read(JsonFields fields, LocalDate today) {
        String customer = fields.requiredText("customer", Limits.KEY_LENGTH);
        Optional<String> plan = fields.optionalCode("plan");
        List<JsonFields> sentItems = fields.has("items") ? fields.requiredObjects("items", ITEMS) : List.of();
        if (fields.has("plan") == fields.has("items")) {
            fields.problem("items", "plan_or_items", "Send either plan or items.");
        }
        return new SubscriptionFields(
                customer,
                plan.orElse(null),
                sentItems.stream().map(ItemFields::read).toList(),
                startDate(fields, today),
                optionalInteger(fields, "trial_days", 0, Plan.TRIAL_DAYS_MAX),
                optionalInteger(fields, "anchor_day", 1, 31),
                Metadata.of(fields));
    }

    private static LocalDate startDate(JsonFields fields, LocalDate today) {
        LocalDate start = fields.date("start_date").orElse(today);
        if (start.isBefore(today.minusDays(START_DAYS)) || start.isAfter(today.plusDays(START_DAYS))) {
            fields.problem("start_date", "out_of_range", "Start within ten years of today, " + today + ".");
        }
        return start;
    }

    private static OptionalInt optionalInteger(JsonFields fields, String name, int min, int max) {
        int value = fields.integer(name, min, max, min);
        return fields.has(name) ? OptionalInt.of(value) : OptionalInt.empty();
    }
}
