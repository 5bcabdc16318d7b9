package dev.valora.bench.year.oracle;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Where the periods of one subscription begin and end.
 *
 * <p>Where the documents are silent: behind an end in the trial, the rest of the trial is a period of its own, as the rest of any
 * period is that an end interrupts.
 */
final class Calendar {

    private final Sold sold;
    private final Items items;
    private LocalDate firstCharged;
    private LocalDate end = Days.FOREVER;

    Calendar(Sold sold, Items items) {
        this.sold = sold;
        this.items = items;
        this.firstCharged = sold.start().plusDays(sold.trialDays());
    }

    LocalDate firstCharged() {
        return firstCharged;
    }

    LocalDate end() {
        return end;
    }

    void endOn(LocalDate day) {
        end = day;
    }

    void chargeFrom(LocalDate day) {
        firstCharged = day;
    }

    private Anchor anchor() {
        Integer day = sold.anchorDay();
        return day == null ? Anchor.on(firstCharged) : Anchor.onOrAfter(firstCharged, day);
    }

    boolean isTrial(LocalDate day) {
        return day.isBefore(firstCharged);
    }

    /** The full period of the interval that rules on a day. */
    Days full(LocalDate day) {
        return anchor().around(items.intervalOn(day), day);
    }

    /** Whether the trial or a billed period begins on a day, if nothing ends the subscription before. */
    boolean begins(LocalDate day) {
        if (day.equals(sold.start()) || isTrial(day)) {
            return day.equals(sold.start());
        }
        return day.equals(firstCharged)
                || full(day).start().equals(day)
                || !items.intervalOn(day.minusDays(1)).equals(items.intervalOn(day));
    }

    /** The period that begins on a day. */
    Days from(LocalDate start) {
        LocalDate until = isTrial(start) ? firstCharged : full(start).end();
        Days whole = new Days(start, Days.earlier(until, end));
        return new Days(start, items.intervalUntil(whole));
    }

    /** A period behind the end, as long as the last ones were; null once all usage is too old. */
    @Nullable
    Days tail(LocalDate start, LocalDate lastDayPlus) {
        if (!start.isBefore(lastDayPlus)) {
            return null;
        }
        Interval interval = items.intervalOn(Days.later(sold.start(), end.minusDays(1)));
        LocalDate until =
                isTrial(start) ? firstCharged : anchor().around(interval, start).end();
        return new Days(start, Days.earlier(until, lastDayPlus));
    }
}
