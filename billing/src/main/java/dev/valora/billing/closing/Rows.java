package dev.valora.billing.closing;

import dev.valora.billing.catalog.Price;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.Item;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What rows say now.
 *
 * @param prices by code, with the versions in force while any of the cycles can charge
 * @param neighbours the cycles that close, the ones before and after, and those to which licences were returned
 * @param returned cycles for whose licences a void invoice charged or gave back days
 */
record Rows(
        Map<UUID, Subscription> subscriptions,
        Map<String, OfferedPrice> prices,
        Map<UUID, Customer> customers,
        Map<CycleKey, Cycle> neighbours,
        List<CycleKey> returned) {

    Rows {
        returned = List.copyOf(returned);
    }

    /**
     * The price of an item.
     *
     * @throws IllegalStateException when it is missing
     */
    Price price(Item item) {
        OfferedPrice offered = prices.get(item.price());
        if (offered == null) {
            throw new IllegalStateException("the price " + item.price() + " of an item is missing");
        }
        return offered.price();
    }
}
