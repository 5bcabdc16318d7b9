package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.CycleOpening;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.billing.subscription.SubscriptionStatus.Step;
import dev.valora.ingest.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a customer bought, as its rows tell.
 *
 * @param customerKey what usage calls the customer
 * @param plan it was bought as; null when items were named one by one
 * @param items in the order in which they were bought, ended ones among them
 * @param currentPeriod of the open cycle; null before the start and after the end
 * @param metadata in the order of names
 */
public record Subscription(
        UUID id,
        UUID customerId,
        String customerKey,
        SubscriptionStatus status,
        @Nullable String plan,
        Lifetime lifetime,
        List<Item> items,
        @Nullable DateRange currentPeriod,
        @Nullable Instant canceledAt,
        Map<String, String> metadata,
        Instant createdAt) {

    public Subscription {
        items = List.copyOf(items);
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    /** The same with another plan, another lifetime and other items. */
    Subscription with(@Nullable String otherPlan, Lifetime otherLifetime, List<Item> otherItems) {
        return new Subscription(
                id,
                customerId,
                customerKey,
                status,
                otherPlan,
                otherLifetime,
                otherItems,
                currentPeriod,
                canceledAt,
                metadata,
                createdAt);
    }

    /** The same as if it had another status. */
    Subscription as(SubscriptionStatus other) {
        return new Subscription(
                id,
                customerId,
                customerKey,
                other,
                plan,
                lifetime,
                items,
                currentPeriod,
                canceledAt,
                metadata,
                createdAt);
    }

    /**
     * The step to another status, for whoever has found out that it is due.
     *
     * @param effectiveDate the first day of the new status
     * @throws IllegalStateException when the status may not follow
     */
    public Transition transition(SubscriptionStatus to, String reason, LocalDate effectiveDate) {
        return switch (status.to(to)) {
            case Step.Taken taken -> new Transition(id, taken.from(), taken.to(), reason, effectiveDate);
            case Step.Refused refused ->
                throw new IllegalStateException("the subscription " + id + " is "
                        + refused.from().wireName() + " and cannot become "
                        + refused.to().wireName());
        };
    }

    /** What opens its cycles under these policies. */
    public CycleOpening opening(CyclePolicy policy) {
        return new CycleOpening(lifetime, createdAt, policy);
    }

    /**
     * Whether any item is charged before its period.
     *
     * @param prices of all items, by code
     */
    public boolean billsInAdvance(Map<String, OfferedPrice> prices) {
        for (Item item : items) {
            OfferedPrice offered = prices.get(item.price());
            if (offered == null) {
                throw new IllegalStateException("the price " + item.price() + " of an item is missing");
            }
            if (offered.price().isInAdvance()) {
                return true;
            }
        }
        return false;
    }

    /** The codes of all prices of these subscriptions, each once. */
    public static List<String> pricesOf(Collection<Subscription> subscriptions) {
        return subscriptions.stream()
                .flatMap(subscription -> subscription.items().stream())
                .map(Item::price)
                .distinct()
                .sorted()
                .toList();
    }

    /** Of the period that runs, of the last day of one that is over, or of the first: what was to change behind its end never does. */
    private BillingInterval interval() {
        LocalDate end = lifetime.end();
        LocalDate day = currentPeriod == null ? lifetime.start() : currentPeriod.start();
        boolean isOver = status instanceof SubscriptionStatus.Canceled || lifetime.isOver(day);
        if (isOver && end != null && end.isAfter(lifetime.start())) {
            day = end.minusDays(1);
        }
        return lifetime.intervals().on(day);
    }

    /** What audit entries call it. */
    public String target() {
        return "subscription:" + id;
    }

    /** As the HTTP contract shows it. */
    public ObjectNode toJson() {
        LocalDate trialEnd = lifetime.trialEnd();
        ObjectNode json = Json.object()
                .put("id", id.toString())
                .put("customer", customerKey)
                .put("status", status.wireName())
                .put("plan", plan)
                .put("interval", interval().unit().name().toLowerCase(Locale.ROOT))
                .put("interval_count", interval().count());
        ArrayNode array = json.putArray("items");
        items.stream().filter(Item::isReal).forEach(item -> array.add(itemJson(item)));
        json.put("start_date", lifetime.start().toString())
                .put("trial_end", trialEnd == null ? null : trialEnd.toString());
        if (lifetime.anchorDay().isPresent()) {
            json.put("anchor_day", lifetime.anchorDay().getAsInt());
        } else {
            json.putNull("anchor_day");
        }
        json.set("current_period", currentPeriod == null ? json.nullNode() : InvoiceContent.rangeJson(currentPeriod));
        LocalDate cancelAt = lifetime.end();
        json.put("cancel_at", cancelAt == null ? null : cancelAt.toString())
                .put("canceled_at", canceledAt == null ? null : canceledAt.toString());
        json.set("metadata", JsonColumn.toJson(metadata));
        return json.put("created_at", createdAt.toString());
    }

    private static ObjectNode itemJson(Item item) {
        LocalDate end = item.end();
        return Json.object()
                .put("id", item.id().toString())
                .put("price", item.price())
                .put("quantity", PriceTermsJson.decimal(item.quantity()))
                .put("start_date", item.start().toString())
                .put("end_date", end == null ? null : end.toString());
    }
}
