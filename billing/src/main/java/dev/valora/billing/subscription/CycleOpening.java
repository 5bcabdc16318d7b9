package dev.valora.billing.subscription;

import dev.valora.billing.calendar.DateRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Opens the cycles of one subscription under an organization's present policies.
 *
 * @param lifetime its periods
 * @param createdAt when the subscription was created: usage gets its grace from then on even for periods that are over already
 * @param zone in which days begin
 * @param graceHours that late usage gets
 * @param netTermsDays from issue to due date of invoices
 */
public record CycleOpening(Lifetime lifetime, Instant createdAt, ZoneId zone, int graceHours, int netTermsDays) {

    /** The cycle of the first period. */
    public Cycle first() {
        return cycle(1, lifetime.firstPeriod(), startOf(lifetime.firstPeriod().start()), Instant.MIN);
    }

    /**
     * The opening: it waits for no usage, so its cut lies at the hour in which the subscription began, or was created if that
     * came later.
     */
    public Cycle opening() {
        DateRange period = lifetime.firstPeriod();
        Instant startsAt = startOf(period.start());
        Instant began = startsAt.isAfter(createdAt) ? startsAt : createdAt;
        return new Cycle(
                0,
                period,
                startsAt,
                startOf(period.end()),
                graceHours,
                began.truncatedTo(ChronoUnit.HOURS),
                netTermsDays,
                lifetime.isInTrial(period.start()),
                Cycle.State.AWAITING_CUT);
    }

    /** The cycle that follows: it begins at the instant at which the one before was frozen to end, and cuts never decrease. */
    public Cycle after(Cycle previous) {
        return cycle(
                previous.number() + 1,
                lifetime.periodContaining(previous.period().end()),
                previous.endsAt(),
                previous.acceptedBefore());
    }

    private Cycle cycle(int number, DateRange period, Instant startsAt, Instant notBefore) {
        Instant endsAt = startOf(period.end());
        Instant complete = endsAt.isAfter(createdAt) ? endsAt : createdAt;
        Instant acceptedBefore = roundUpToHour(complete.plus(Duration.ofHours(graceHours)));
        return new Cycle(
                number,
                period,
                startsAt,
                endsAt,
                graceHours,
                acceptedBefore.isBefore(notBefore) ? notBefore : acceptedBefore,
                netTermsDays,
                lifetime.isInTrial(period.start()),
                Cycle.State.OPEN);
    }

    private Instant startOf(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static Instant roundUpToHour(Instant instant) {
        Instant hour = instant.truncatedTo(ChronoUnit.HOURS);
        return hour.equals(instant) ? hour : hour.plus(1, ChronoUnit.HOURS);
    }
}
