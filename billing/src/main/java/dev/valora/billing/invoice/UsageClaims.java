package dev.valora.billing.invoice;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which items of a cycle usage is charged to. Pure. */
public final class UsageClaims {

    private final CycleTerms terms;
    private final List<UsageNeed> needs;

    /** The claims of a cycle under these terms. */
    public UsageClaims(CycleTerms terms) {
        this.terms = terms;
        this.needs = new CycleUsage(terms).needs();
    }

    /** Whether the cycle costs nothing. */
    public boolean isTrial() {
        return terms.isTrial();
    }

    /**
     * The items whose price takes usage of a meter on a day, none when nobody does.
     *
     * @param dimensions of the usage
     */
    public List<InvoiceTerms.ItemTerms> of(String meter, LocalDate day, Map<String, String> dimensions) {
        List<InvoiceTerms.ItemTerms> takers = new ArrayList<>();
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
