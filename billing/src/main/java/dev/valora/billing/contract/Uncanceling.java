package dev.valora.billing.contract;

import dev.valora.billing.contract.SubscriptionEdit.Outcome;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.ItemChange;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.ProblemException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a cancelation back that has not come to pass. */
final class Uncanceling {

    private Uncanceling() {}

    /** @throws ProblemException 409 when it is over, when nothing ends it, or when another subscription has a usage price by now */
    static Subscription run(SubscriptionEdit edit) {
        Subscription before = edit.before();
        if (before.status() instanceof SubscriptionStatus.Canceled) {
            throw edit.illegal("be taken back");
        }
        if (before.lifetime().end() == null) {
            throw edit.refused(
                    "nothing_to_uncancel",
                    "Nothing ends this subscription, so there is no cancelation to take back.",
                    before.status().next());
        }
        refuseUsagePricesInUse(edit, null);
        return edit.write(new Outcome(
                Cancelation.withEnd(before, null), ItemChange.none(), Optional.empty(), "subscription.uncanceled"));
    }

    /**
     * Refuses to let a subscription live longer than it was going to when the customer has bought one of its usage prices again
     * for the time behind its end.
     *
     * @param until the first day not billed; null for none
     */
    static void refuseUsagePricesInUse(SubscriptionEdit edit, @Nullable LocalDate until) {
        Subscription before = edit.before();
        LocalDate end = before.lifetime().end();
        if (end == null || (until != null && !until.isAfter(end))) {
            return;
        }
        Map<String, OfferedPrice> prices = SubscriptionEdit.prices(edit.change(), before);
        List<String> usagePrices = before.items().stream()
                .filter(item ->
                        item.isReal() && (item.end() == null || item.end().isAfter(end)))
                .map(Item::price)
                .filter(price -> isUsage(prices.get(price)))
                .toList();
        ItemStore.priceInUse(
                        edit.change().transaction(),
                        edit.change().author().organization(),
                        new ItemStore.Buyer(before.customerId(), before.id(), end),
                        usagePrices)
                .ifPresent(price -> {
                    throw WantedItems.usagePriceInUse(before.customerKey(), price);
                });
    }

    private static boolean isUsage(@Nullable OfferedPrice price) {
        return price != null && price.price().isUsage();
    }
}
