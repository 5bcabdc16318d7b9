package dev.valora.billing.contract;

import dev.valora.billing.Metadata;
import dev.valora.billing.offering.Plan;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import java.time.LocalDate;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A new subscription as a request describes it. Pure; problems go to the fields.
 *
 * @param customer the key
 * @param trialDays empty when the plan decides
 */
record SubscriptionFields(
        String customer,
        SentItems items,
        LocalDate startDate,
        OptionalInt trialDays,
        OptionalInt anchorDay,
        Map<String, String> metadata) {

    /** How far from today a day of a subscription's life may lie that a request names: ten years. */
    static final int DAYS_FROM_TODAY = 3_653;

    /** Reads a body; the caller looks up what it names and then checks the fields. */
    static SubscriptionFields read(JsonFields fields, LocalDate today) {
        return new SubscriptionFields(
                fields.requiredText("customer", Limits.KEY_LENGTH),
                SentItems.read(fields),
                startDate(fields, today),
                optionalInteger(fields, "trial_days", 0, Plan.TRIAL_DAYS_MAX),
                optionalInteger(fields, "anchor_day", 1, 31),
                Metadata.of(fields));
    }

    private static LocalDate startDate(JsonFields fields, LocalDate today) {
        LocalDate start = fields.date("start_date").orElse(today);
        if (start.isBefore(today.minusDays(DAYS_FROM_TODAY)) || start.isAfter(today.plusDays(DAYS_FROM_TODAY))) {
            fields.problem("start_date", "out_of_range", "Start within ten years of today, " + today + ".");
        }
        return start;
    }

    private static OptionalInt optionalInteger(JsonFields fields, String name, int min, int max) {
        int value = fields.integer(name, min, max, min);
        return fields.has(name) ? OptionalInt.of(value) : OptionalInt.empty();
    }
}
