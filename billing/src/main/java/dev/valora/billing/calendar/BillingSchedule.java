package dev.valora.billing.calendar;

import java.time.LocalDate;
import java.util.OptionalInt;

/**
 * The billing periods of one subscription: a stub up to the anchor when the subscription starts before it, then the anchor's
 * periods.
 *
 * @param start the first day billed
 */
public record BillingSchedule(LocalDate start, Periods periods) {

    public BillingSchedule {
        if (periods.anchor().date().isBefore(start)) {
            throw new IllegalArgumentException("the anchor must not lie before the start");
        }
    }

    /**
     * The schedule of a subscription.
     *
     * @param anchorDay day of the month on which periods begin; empty when they begin on the day of the start. Only for
     *     intervals that follow months.
     */
    public static BillingSchedule of(LocalDate start, OptionalInt anchorDay, BillingInterval interval) {
        if (anchorDay.isPresent() && !interval.isMonthly()) {
            throw new IllegalArgumentException("an anchor day needs an interval of months");
        }
        Anchor anchor = anchorDay.isPresent() ? Anchor.onOrAfter(start, anchorDay.getAsInt()) : Anchor.at(start);
        return new BillingSchedule(start, new Periods(anchor, interval));
    }

    /** The billing period that contains the day, which must not lie before the start. */
    public DateRange containing(LocalDate day) {
        if (day.isBefore(start)) {
            throw new IllegalArgumentException(day + " lies before the start " + start);
        }
        DateRange full = periods.containing(day);
        return full.start().isBefore(start) ? new DateRange(start, full.end()) : full;
    }

    /** The full period that a billing period is, or is a stub of. Proration divides by its days. */
    public DateRange fullPeriodOf(DateRange billingPeriod) {
        return periods.containing(billingPeriod.start());
    }
}
