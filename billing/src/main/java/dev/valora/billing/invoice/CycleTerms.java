package dev.valora.billing.invoice;

import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import java.util.List;

/**
 * What one cycle is billed under, frozen at its first cut. Whatever corrects the cycle later reads the same.
 *
 * @param cycle its number; 0 for the opening, which has no period of its own and carries the first one's
 * @param isTrial whether it costs nothing
 * @param items that are charged for the period once it is over, their prices with no other versions than those in force
 * @param usage what the quantities of usage prices depend on
 */
public record CycleTerms(int cycle, ServicePeriod period, boolean isTrial, List<ItemTerms> items, UsageTerms usage) {

    public CycleTerms {
        items = List.copyOf(items);
    }

    /** The opening: nothing of it is over, and it only carries what is charged in advance. */
    public static CycleTerms opening(ServicePeriod first) {
        return new CycleTerms(0, first, false, List.of(), UsageTerms.none());
    }

    /** Whether it is the opening. */
    public boolean isOpening() {
        return cycle == 0;
    }

    /** How many tiers there are in all versions of all prices, a model without tiers counting as one. */
    int tierCount() {
        return items.stream().mapToInt(ItemTerms::tierCount).sum();
    }
}
