package dev.valora.billing.contract;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.SentItems.ItemFields;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.Plan;
import dev.valora.billing.offering.PlanStore;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Arrangement.Wanted;
import dev.valora.billing.subscription.Item;
import dev.valora.ingest.Database;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The items that a subscription is to have from a day on, looked up and checked.
 *
 * @param plan whose prices they are, when one was sent
 * @param items with ids for those that turn out to be new
 * @param prices by code, those that are missing left out
 * @param interval that all prices share; any, when that is a problem
 */
record WantedItems(
        Optional<Plan> plan, List<Wanted> items, Map<String, OfferedPrice> prices, BillingInterval interval) {

    /** Looks up what one request names. */
    record Reading(Database.Transaction transaction, OrganizationId organization, JsonFields fields, SentItems sent) {

        /**
         * Reads and checks; problems go to the fields.
         *
         * @param owned items that may be kept, though they are not sold any more
         * @param ownedPlan the plan that may be kept in the same way; null for none
         */
        WantedItems from(LocalDate day, List<Item> owned, @Nullable String ownedPlan) {
            Optional<Plan> plan = plan(ownedPlan);
            List<Wanted> items = items(plan, owned);
            Map<String, OfferedPrice> prices = PriceStore.loadInForce(
                    transaction, organization, items.stream().map(Wanted::price).toList(), DateRange.of(day));
            Set<String> ownedPrices = new HashSet<>();
            owned.forEach(item -> ownedPrices.add(item.price()));
            if (sent.plan() == null) {
                sent.items().forEach(item -> checkPrice(item.fields(), "price", item.price(), prices, ownedPrices));
                sent.items().forEach(item -> checkQuantity(item, prices));
            } else {
                items.forEach(item -> checkPrice(fields, "plan", item.price(), prices, ownedPrices));
            }
            return new WantedItems(plan, items, prices, interval(prices));
        }

        private Optional<Plan> plan(@Nullable String owned) {
            String code = sent.plan();
            if (code == null) {
                return Optional.empty();
            }
            Optional<Plan> plan = PlanStore.find(transaction, organization, code);
            if (plan.isEmpty()) {
                fields.problem("plan", "unknown_plan", "There is no plan " + code + ".");
            } else if (plan.get().archivedAt() != null && !code.equals(owned)) {
                fields.problem("plan", "archived_plan", "The plan " + code + " takes no new subscriptions.");
            }
            return plan;
        }

        /** One for each price of the plan, with the quantity that it has already, or those that were sent. */
        private List<Wanted> items(Optional<Plan> plan, List<Item> owned) {
            List<Wanted> items = new ArrayList<>();
            plan.ifPresent(bought ->
                    bought.prices().forEach(price -> items.add(wanted(price, quantity(price, owned)))));
            if (sent.plan() == null) {
                sent.items().forEach(item -> items.add(wanted(item.price(), item.quantity())));
            }
            return items;
        }

        private static BigDecimal quantity(String price, List<Item> owned) {
            return owned.stream()
                    .filter(item -> item.price().equals(price))
                    .map(Item::quantity)
                    .findFirst()
                    .orElse(BigDecimal.ONE);
        }

        private static Wanted wanted(String price, BigDecimal quantity) {
            return new Wanted(UUID.randomUUID(), price, quantity);
        }

        private static void checkPrice(
                JsonFields fields, String member, String code, Map<String, OfferedPrice> prices, Set<String> owned) {
            OfferedPrice price = prices.get(code);
            if (price == null && !code.isEmpty()) {
                fields.problem(member, "unknown_price", "There is no price " + code + ".");
            } else if (price != null && !price.isSold() && !owned.contains(code)) {
                fields.problem(member, "archived_price", "The price " + code + " takes no new subscriptions.");
            }
        }

        private static void checkQuantity(ItemFields item, Map<String, OfferedPrice> prices) {
            OfferedPrice price = prices.get(item.price());
            if (price != null && price.price().isUsage() && item.quantity().compareTo(BigDecimal.ONE) != 0) {
                item.fields()
                        .problem("quantity", "invalid_field", "Usage is billed as measured; leave the quantity out.");
            }
        }

        private BillingInterval interval(Map<String, OfferedPrice> prices) {
            List<BillingInterval> intervals = prices.values().stream()
                    .map(price -> price.price().interval())
                    .distinct()
                    .toList();
            if (intervals.size() > 1) {
                fields.problem(sent.member(), "mixed_intervals", "All prices of a subscription share one interval.");
            }
            return intervals.isEmpty() ? new BillingInterval(BillingInterval.Unit.MONTH, 1) : intervals.getFirst();
        }
    }

    WantedItems {
        items = List.copyOf(items);
    }

    /**
     * Refuses a usage price that would be billed twice.
     *
     * @throws ProblemException 409 when it stands twice here, or the customer has a live item on it elsewhere
     */
    void refuseUsagePriceInUse(Reading reading, ItemStore.Buyer buyer, String customerKey) {
        Set<String> usagePrices = new HashSet<>();
        for (Wanted item : items) {
            OfferedPrice price = prices.get(item.price());
            boolean isUsage = price != null && price.price().isUsage();
            if (isUsage && !usagePrices.add(item.price())) {
                throw usagePriceInUse(customerKey, item.price());
            }
        }
        ItemStore.priceInUse(reading.transaction(), reading.organization(), buyer, usagePrices)
                .ifPresent(price -> {
                    throw usagePriceInUse(customerKey, price);
                });
    }

    static ProblemException usagePriceInUse(String customerKey, String price) {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                "usage_price_in_use",
                "The customer " + customerKey + " has a live item on the usage price " + price
                        + " already, and its usage would be billed twice."));
    }
}
