package dev.valora.billing.subscription;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.BillingSchedule;
import dev.valora.billing.calendar.DateRange;
import java.time.LocalDate;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The periods of a subscription from its start on: the trial, if there is one, then those that are billed.
 *
 * @param start the first day
 * @param trialEnd the first day that costs; null without a trial
 * @param anchorDay day of the month on which billed periods begin; empty when they begin on the day of the first of them
 * @param interval of the billed periods
 */
public record Lifetime(LocalDate start, @Nullable LocalDate trialEnd, OptionalInt anchorDay, BillingInterval interval) {

    public Lifetime {
        if (trialEnd != null && !trialEnd.isAfter(start)) {
            throw new IllegalArgumentException("a trial from " + start + " cannot end on " + trialEnd);
        }
    }

    /** The first day that is billed. */
    public LocalDate billingStart() {
        return trialEnd == null ? start : trialEnd;
    }

    /** The trial, or the first billed period. */
    public DateRange firstPeriod() {
        return periodContaining(start);
    }

    /** The period that contains the day, which must not lie before the start. */
    public DateRange periodContaining(LocalDate day) {
        if (day.isBefore(start)) {
            throw new IllegalArgumentException(day + " lies before the start " + start);
        }
        return isInTrial(day)
                ? new DateRange(start, billingStart())
                : schedule().containing(day);
    }

    /** The full period that a period is, or is a stub of; proration divides by its days. A trial is its own. */
    public DateRange fullPeriodOf(DateRange period) {
        return isInTrial(period.start()) ? period : schedule().fullPeriodOf(period);
    }

    /** Whether the day costs nothing. */
    public boolean isInTrial(LocalDate day) {
        return trialEnd != null && day.isBefore(trialEnd);
    }

    private BillingSchedule schedule() {
        return BillingSchedule.of(billingStart(), anchorDay, interval);
    }
}
