package dev.valora.billing.invoice;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which items of a cycle some usage is charged to. Pure. */
public final class UsageClaims {

    private UsageClaims() {}

    /**
     * The items whose price takes usage of a meter on a day, none when nobody does.
     *
     * @param dimensions of the usage
     */
    public static List<InvoiceTerms.ItemTerms> of(
            CycleTerms terms, String meter, LocalDate day, Map<String, String> dimensions) {
        List<InvoiceTerms.ItemTerms> takers = new ArrayList<>();
        List<UsageNeed> needs = new CycleUsage(terms).needs();
        for (InvoiceTerms.ItemTerms item : terms.items()) {
            boolean takes = needs.stream()
                    .anyMatch(need -> need.item().equals(item.id())
                            && need.meter().equals(meter)
                            && need.days().contains(day)
                            && has(dimensions, need.filter())
                            && need.others().stream().noneMatch(other -> has(dimensions, other)));
            if (takes) {
                takers.add(item);
            }
        }
        return takers;
    }

    private static boolean has(Map<String, String> dimensions, Map<String, String> filter) {
        return dimensions.entrySet().containsAll(filter.entrySet());
    }
}
