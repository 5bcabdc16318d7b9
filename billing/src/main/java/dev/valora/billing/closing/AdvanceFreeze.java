package dev.valora.billing.closing;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.invoice.AdvanceTerms;
import dev.valora.billing.invoice.AdvanceTerms.Held;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.LedgerBalance;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.OpenedCycle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Which licences an invoice charges before their period or gives back: those of the cycle that follows, what has changed in the
 * one that closes, and what void invoices returned of earlier ones. Only where days lack or are too many.
 */
final class AdvanceFreeze {

    private final Rows rows;
    private final LedgerBalance balance;
    private final BiFunction<Price, DateRange, Optional<Price>> inForce;

    /**
     * Freezes licences.
     *
     * @param inForce a price with no other versions than those in force on some days
     */
    AdvanceFreeze(Rows rows, LedgerBalance balance, BiFunction<Price, DateRange, Optional<Price>> inForce) {
        this.rows = rows;
        this.balance = balance;
        this.inForce = inForce;
    }

    /** The licences of one invoice, cycle by cycle, in the order of items. */
    List<AdvanceTerms> of(OpenedCycle closing, Subscription subscription) {
        List<AdvanceTerms> licences = new ArrayList<>();
        for (int number : cycles(closing)) {
            CycleKey key = new CycleKey(closing.subscription(), number);
            Cycle cycle = key.equals(closing.key())
                    ? closing.cycle()
                    : rows.neighbours().get(key);
            if (cycle != null && cycle.kind() != Cycle.Kind.TRIAL) {
                addLicences(licences, key, cycle.period(), subscription);
            }
        }
        return licences;
    }

    private SortedSet<Integer> cycles(OpenedCycle closing) {
        SortedSet<Integer> numbers = new TreeSet<>();
        int number = closing.cycle().number();
        rows.returned().stream()
                .filter(key -> key.subscription().equals(closing.subscription()) && key.number() <= number + 1)
                .forEach(key -> numbers.add(key.number()));
        if (number > 0) {
            numbers.add(number);
        }
        numbers.add(number + 1);
        return numbers;
    }

    private void addLicences(List<AdvanceTerms> licences, CycleKey cycle, DateRange days, Subscription subscription) {
        for (Item item : subscription.items()) {
            Price price = rows.price(item);
            if (price.isInAdvance()) {
                List<Held> held = balance.held(cycle, item.id());
                ItemTerms terms =
                        TermsFreeze.terms(item, price, subscription.lifetime().end());
                if (!held.isEmpty() || terms.daysIn(days).isPresent()) {
                    ServicePeriod period =
                            new ServicePeriod(days, subscription.lifetime().fullPeriodOf(days, price.interval()));
                    AdvanceTerms licence = new AdvanceTerms(cycle.number(), period, terms, held);
                    inForce.apply(price, DateRange.of(licence.firstDay()))
                            .map(licence::withPrice)
                            .filter(AdvanceTerms::isOpen)
                            .ifPresent(licences::add);
                }
            }
        }
    }
}
