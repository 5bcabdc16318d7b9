package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import java.time.LocalDate;
import java.util.List;

/**
 * A licence that is charged before its period: for which days of a cycle it is due, and for which it was billed already. What
 * an invoice says of it is the difference.
 *
 * @param cycle whose days they are
 * @param item from and until when it is charged, and its price
 * @param held what invoices that are not void billed and credited
 */
public record AdvanceTerms(int cycle, ServicePeriod period, ItemTerms item, List<Held> held) {

    /**
     * Days that were billed, or given back.
     *
     * @param isCredit whether they were given back
     */
    public record Held(DateRange days, boolean isCredit) {}

    public AdvanceTerms {
        held = List.copyOf(held);
    }

    /** The same with another price, such as one with fewer versions. */
    public AdvanceTerms withPrice(Price price) {
        return new AdvanceTerms(cycle, period, item.withPrice(price), held);
    }

    /** Whether anything is to be billed or given back. */
    public boolean isOpen() {
        return !AdvanceDays.of(item.daysIn(period.days()), held).isEmpty();
    }

    /** The first day on which the item is charged in this period, be it only for a moment before it was replaced. */
    public LocalDate firstDay() {
        LocalDate start = item.start();
        return start.isBefore(period.days().start()) ? period.days().start() : start;
    }
}
