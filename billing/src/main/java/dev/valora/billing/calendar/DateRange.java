package dev.valora.billing.calendar;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Days from {@code start} up to, but not including, {@code end}, in an organization's zone.
 *
 * @param end after the start: an empty range is not a range
 */
public record DateRange(LocalDate start, LocalDate end) {

    public DateRange {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("a range must hold at least one day: [" + start + ", " + end + ")");
        }
    }

    /** One day. */
    public static DateRange of(LocalDate day) {
        return new DateRange(day, day.plusDays(1));
    }

    /** At least 1. */
    public long days() {
        return ChronoUnit.DAYS.between(start, end);
    }

    /** Whether the day lies in the range; the end does not. */
    public boolean contains(LocalDate day) {
        return !day.isBefore(start) && day.isBefore(end);
    }

    /** The days in both ranges; empty when there are none. */
    public Optional<DateRange> intersect(DateRange other) {
        LocalDate from = start.isAfter(other.start) ? start : other.start;
        LocalDate to = end.isBefore(other.end) ? end : other.end;
        return from.isBefore(to) ? Optional.of(new DateRange(from, to)) : Optional.empty();
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end + ")";
    }
}
