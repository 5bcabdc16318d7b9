package dev.valora.billing.subscription;

import dev.valora.billing.calendar.DateRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Opens the cycles of one subscription under an organization's present policies.
 *
 * @param lifetime its periods
 * @param createdAt when the subscription was created: usage gets its grace from then on even for periods that are over already
 */
public record CycleOpening(Lifetime lifetime, Instant createdAt, CyclePolicy policy) {

    /** The cycle of the first period. */
    public Cycle first() {
        return cycle(1, lifetime.firstPeriod(), startOf(lifetime.firstPeriod().start()), Instant.MIN);
    }

    /**
     * The opening: it waits for no usage, so its cut lies at the hour in which billing began, or was made to begin if that came
     * later.
     *
     * @param madeAt when the subscription was created, or its trial ended before its time
     */
    public Cycle opening(Instant madeAt) {
        DateRange period = lifetime.periodContaining(lifetime.billingStart());
        Instant startsAt = startOf(period.start());
        Instant began = startsAt.isAfter(madeAt) ? startsAt : madeAt;
        return new Cycle(
                0,
                period,
                startsAt,
                startOf(period.end()),
                policy.graceHours(),
                began.truncatedTo(ChronoUnit.HOURS),
                policy.netTermsDays(),
                policy.lateUsage(),
                policy.zeroInvoices(),
                Cycle.Kind.BILLED,
                Cycle.State.AWAITING_CUT);
    }

    /**
     * The cycle that follows: it begins at the instant at which the one before was frozen to end, and cuts never decrease.
     *
     * @return empty once a subscription that ended can have no more late usage
     */
    public Optional<Cycle> after(Cycle previous) {
        LocalDate start = previous.period().end();
        return tailEnds(start)
                ? Optional.empty()
                : Optional.of(
                        cycle(previous.number() + 1, period(start), previous.endsAt(), previous.acceptedBefore()));
    }

    /**
     * An open cycle as it is once its subscription was changed. Its start, its grace and its other policies stay.
     *
     * @param changedAt usage gets its grace from then on even when the period turns out to be over already
     * @param notBefore the cut of the cycle before
     */
    public Cycle reshaped(Cycle open, Instant changedAt, Instant notBefore) {
        DateRange period = period(open.period().start());
        if (period.equals(open.period()) && kind(period) == open.kind()) {
            return open;
        }
        Instant endsAt = startOf(period.end());
        Instant known = changedAt.isAfter(createdAt) ? changedAt : createdAt;
        return new Cycle(
                open.number(),
                period,
                open.startsAt(),
                endsAt,
                open.graceHours(),
                cut(endsAt, known, open.graceHours(), notBefore),
                open.netTermsDays(),
                open.lateUsage(),
                open.zeroInvoices(),
                kind(period),
                Cycle.State.OPEN);
    }

    private Cycle cycle(int number, DateRange period, Instant startsAt, Instant notBefore) {
        Instant endsAt = startOf(period.end());
        return new Cycle(
                number,
                period,
                startsAt,
                endsAt,
                policy.graceHours(),
                cut(endsAt, createdAt, policy.graceHours(), notBefore),
                policy.netTermsDays(),
                policy.lateUsage(),
                policy.zeroInvoices(),
                kind(period),
                Cycle.State.OPEN);
    }

    private Cycle.Kind kind(DateRange period) {
        if (lifetime.isOver(period.start())) {
            return Cycle.Kind.TAIL;
        }
        return lifetime.isInTrial(period.start()) ? Cycle.Kind.TRIAL : Cycle.Kind.BILLED;
    }

    /** A period behind the end of the subscription ends at the latest when no more usage can be late. */
    private DateRange period(LocalDate start) {
        DateRange period = lifetime.periodContaining(start);
        LocalDate end = lifetime.end();
        if (end == null || start.isBefore(end)) {
            return period;
        }
        LocalDate last = lastDayOfTail(end);
        return period.end().isAfter(last) ? new DateRange(period.start(), last) : period;
    }

    private boolean tailEnds(LocalDate start) {
        LocalDate end = lifetime.end();
        return end != null && !start.isBefore(lastDayOfTail(end));
    }

    /** A day more than usage may be old, so that a change of the clock does not make it an hour short. */
    private LocalDate lastDayOfTail(LocalDate end) {
        return end.plusDays(policy.eventAgeDays() + 1L);
    }

    private static Instant cut(Instant endsAt, Instant knownAt, int graceHours, Instant notBefore) {
        Instant complete = endsAt.isAfter(knownAt) ? endsAt : knownAt;
        Instant acceptedBefore = roundUpToHour(complete.plus(Duration.ofHours(graceHours)));
        return acceptedBefore.isBefore(notBefore) ? notBefore : acceptedBefore;
    }

    private Instant startOf(LocalDate day) {
        return day.atStartOfDay(policy.zone()).toInstant();
    }

    private static Instant roundUpToHour(Instant instant) {
        Instant hour = instant.truncatedTo(ChronoUnit.HOURS);
        return hour.equals(instant) ? hour : hour.plus(1, ChronoUnit.HOURS);
    }
}
