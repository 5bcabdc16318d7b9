package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.ingest.Organization;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CycleOpeningTest {

    private static final BillingInterval MONTHLY = new BillingInterval(BillingInterval.Unit.MONTH, 1);

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # zone,             created,              start,      anchor, grace, period,                   ends,                 accepted before
        UTC,                2026-01-01T10:20:30Z, 2026-01-01, -,      1,     '[2026-01-01, 2026-02-01)', 2026-02-01T00:00:00Z, 2026-02-01T01:00:00Z
        Europe/Berlin,      2026-01-01T10:20:30Z, 2026-01-31, -,      0,     '[2026-01-31, 2026-02-28)', 2026-02-27T23:00:00Z, 2026-02-27T23:00:00Z
        Europe/Berlin,      2026-03-01T00:00:00Z, 2026-03-15, 1,      2,     '[2026-03-15, 2026-04-01)', 2026-03-31T22:00:00Z, 2026-04-01T00:00:00Z
        Asia/Kolkata,       2026-01-01T10:20:30Z, 2026-01-01, -,      1,     '[2026-01-01, 2026-02-01)', 2026-01-31T18:30:00Z, 2026-01-31T20:00:00Z
        Asia/Kolkata,       2026-01-01T10:20:30Z, 2026-01-01, -,      0,     '[2026-01-01, 2026-02-01)', 2026-01-31T18:30:00Z, 2026-01-31T19:00:00Z
        # a period that was over when the subscription was created
        UTC,                2026-03-10T10:20:30Z, 2026-01-01, -,      1,     '[2026-01-01, 2026-02-01)', 2026-02-01T00:00:00Z, 2026-03-10T12:00:00Z
        UTC,                2026-03-10T10:00:00Z, 2026-01-01, -,      1,     '[2026-01-01, 2026-02-01)', 2026-02-01T00:00:00Z, 2026-03-10T11:00:00Z
        # midnight does not exist there on that day
        America/Sao_Paulo,  2018-10-01T00:00:00Z, 2018-10-04, 4,      0,     '[2018-10-04, 2018-11-04)', 2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z
        """)
    void shouldFreezeInstantsAndCutOfTheFirstCycle(
            ZoneId zone,
            Instant created,
            LocalDate start,
            @Nullable Integer anchorDay,
            int graceHours,
            String period,
            Instant endsAt,
            Instant acceptedBefore) {
        OptionalInt anchor = anchorDay == null ? OptionalInt.empty() : OptionalInt.of(anchorDay);
        Cycle first = opening(lifetime(start, null, anchor), created, zone, graceHours)
                .first();
        assertEquals(1, first.number());
        assertEquals(period, first.period().toString());
        assertEquals(start.atStartOfDay(zone).toInstant(), first.startsAt());
        assertEquals(endsAt, first.endsAt());
        assertEquals(acceptedBefore, first.acceptedBefore());
        assertEquals(Cycle.State.OPEN, first.state());
    }

    @Test
    void shouldFollowPeriodByPeriodWithCutsThatNeverDecrease() {
        Lifetime lifetime = lifetime(LocalDate.parse("2026-01-31"), LocalDate.parse("2026-02-10"), OptionalInt.of(31));
        Instant created = Instant.parse("2026-04-20T05:06:07Z");
        Cycle cycle = opening(lifetime, created, ZoneId.of("UTC"), 48).first();
        assertCycle("1 [2026-01-31, 2026-02-10) trial 2026-04-22T06:00:00Z", cycle);
        // A shorter grace from now on: cuts of the past stay, and do not come after later ones.
        CycleOpening shorter = opening(lifetime, created, ZoneId.of("UTC"), 0);
        cycle = shorter.after(cycle).orElseThrow();
        assertCycle("2 [2026-02-10, 2026-02-28) - 2026-04-22T06:00:00Z", cycle);
        cycle = shorter.after(cycle).orElseThrow();
        assertCycle("3 [2026-02-28, 2026-03-31) - 2026-04-22T06:00:00Z", cycle);
        cycle = shorter.after(cycle).orElseThrow();
        assertCycle("4 [2026-03-31, 2026-04-30) - 2026-04-30T00:00:00Z", cycle);
        assertEquals(
                new DateRange(LocalDate.parse("2026-01-31"), LocalDate.parse("2026-02-28")),
                lifetime.fullPeriodOf(
                        shorter.after(shorter.first()).orElseThrow().period()));
    }

    /** The first day of a period that was billed, the intervals before and since, and what its days are divided by. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-15, YEAR, MONTH, 365, 31",
        "2026-03-15, MONTH, YEAR, 31, 365",
        "2026-02-15, WEEK, MONTH, 7, 28",
        "2028-02-15, YEAR, WEEK, 366, 7"
    })
    void shouldDivideByTheIntervalThatDaysWereBilledUnder(
            LocalDate day, BillingInterval.Unit before, BillingInterval.Unit since, int billed, int next) {
        BillingInterval known = new BillingInterval(before, 1);
        BillingInterval wanted = new BillingInterval(since, 1);
        Intervals intervals = Intervals.of(known).changedOn(day, wanted);
        Lifetime lifetime = new Lifetime(day, null, OptionalInt.empty(), intervals, null);
        DateRange period = lifetime.periodContaining(day);
        assertEquals(
                List.of(billed, next),
                Stream.of(lifetime.fullPeriodOf(period, known), lifetime.fullPeriodOf(period))
                        .map(full -> (int) full.start().until(full.end(), ChronoUnit.DAYS))
                        .toList());
    }

    /** A year of days in zones whose clocks are put forward and back, at midnight and not, by an hour and by half of one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "America/Sao_Paulo",
                "America/Havana",
                "Australia/Lord_Howe",
                "Asia/Kolkata",
                "Pacific/Chatham"
            })
    void shouldTileInstantsAcrossChangesOfTheClock(String zone) {
        for (BillingInterval.Unit unit : BillingInterval.Unit.values()) {
            Lifetime lifetime = new Lifetime(
                    LocalDate.parse("2011-01-31"),
                    null,
                    OptionalInt.empty(),
                    Intervals.of(new BillingInterval(unit, 1)),
                    null);
            CycleOpening opening = opening(lifetime, Instant.parse("2011-01-01T00:00:00Z"), ZoneId.of(zone), 1);
            Cycle cycle = opening.first();
            while (cycle.period().start().isBefore(LocalDate.parse("2018-12-01"))) {
                assertEquals(cycle.period().start(), LocalDate.ofInstant(cycle.startsAt(), ZoneId.of(zone)));
                assertEquals(cycle.period().end(), LocalDate.ofInstant(cycle.endsAt(), ZoneId.of(zone)));
                assertEquals(
                        cycle.period().end().minusDays(1),
                        LocalDate.ofInstant(cycle.endsAt().minusNanos(1), ZoneId.of(zone)));
                assertTrue(!cycle.acceptedBefore().isBefore(cycle.endsAt().plusSeconds(3_600)));
                Cycle next = opening.after(cycle).orElseThrow();
                assertEquals(cycle.endsAt(), next.startsAt());
                assertEquals(cycle.period().end(), next.period().start());
                cycle = next;
            }
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # start,    trial end,  in advance, created,              status,   cycles
        2026-01-01, -,          true,       2026-01-01T10:20:30Z, active,   0 awaiting_cut 2026-01-01T10:00:00Z | 1 open 2026-02-01T01:00:00Z
        2026-01-01, -,          false,      2026-01-01T10:20:30Z, active,   1 open 2026-02-01T01:00:00Z
        2026-01-01, 2026-01-15, true,       2026-01-01T10:20:30Z, trialing, 1 open 2026-01-15T01:00:00Z
        2026-01-09, -,          true,       2026-01-01T10:20:30Z, active,   0 awaiting_cut 2026-01-09T00:00:00Z | 1 open 2026-02-09T01:00:00Z
        2025-11-01, -,          true,       2026-01-01T10:20:30Z, active,   0 awaiting_cut 2026-01-01T10:00:00Z | 1 open 2026-01-01T12:00:00Z
        """)
    void shouldStartWithAnOpeningWhenSomethingIsChargedInAdvance(
            LocalDate start,
            @Nullable LocalDate trialEnd,
            boolean inAdvance,
            Instant created,
            String status,
            String cycles) {
        Lifetime lifetime = lifetime(start, trialEnd, OptionalInt.empty());
        Activation activation = Activation.of(opening(lifetime, created, ZoneId.of("UTC"), 1), inAdvance);
        assertEquals(status, activation.status().wireName());
        assertEquals(start, activation.effectiveDate());
        assertEquals(
                List.of(cycles.split(" \\| ", -1)),
                activation.cycles().stream()
                        .map(cycle -> cycle.number() + " " + cycle.state().wireName() + " " + cycle.acceptedBefore())
                        .toList());
        activation.cycles().forEach(cycle -> assertEquals(lifetime.firstPeriod(), cycle.period()));
    }

    @Test
    void shouldRefuseATrialThatDoesNotLast() {
        LocalDate start = LocalDate.parse("2026-01-01");
        assertThrows(IllegalArgumentException.class, () -> lifetime(start, start, OptionalInt.empty()));
        Lifetime lifetime = lifetime(start, null, OptionalInt.empty());
        assertThrows(IllegalArgumentException.class, () -> lifetime.periodContaining(start.minusDays(1)));
    }

    @Test
    void shouldFollowAnEndUntilNothingCanBeLate() {
        Lifetime lifetime = lifetime(LocalDate.parse("2026-01-01"), null, OptionalInt.empty())
                .endingOn(LocalDate.parse("2026-02-11"));
        CycleOpening opening = opening(lifetime, Instant.parse("2026-01-01T00:00:00Z"), ZoneId.of("UTC"), 1);
        List<String> cycles = new ArrayList<>();
        for (Optional<Cycle> cycle = Optional.of(opening.first());
                cycle.isPresent();
                cycle = opening.after(cycle.get())) {
            cycles.add(cycle.get().period() + " " + cycle.get().kind().wireName());
        }
        // Usage of February 10 may be accepted until May 12, and a day is added for changes of the clock.
        assertEquals(
                List.of(
                        "[2026-01-01, 2026-02-01) billed",
                        "[2026-02-01, 2026-02-11) billed",
                        "[2026-02-11, 2026-03-01) tail",
                        "[2026-03-01, 2026-04-01) tail",
                        "[2026-04-01, 2026-05-01) tail",
                        "[2026-05-01, 2026-05-13) tail"),
                cycles);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # trial until | a week from | end        | the first cycles behind the end
        -             | -           | 2026-02-11 | [2026-02-11, 2026-03-01) [2026-03-01, 2026-04-01)
        # the rest of the trial is not the first days of what would have followed
        2026-01-15    | -           | 2026-01-10 | [2026-01-10, 2026-01-15) [2026-01-15, 2026-02-15)
        # another interval
        -             | 2026-02-05  | 2026-02-11 | [2026-02-11, 2026-02-12) [2026-02-12, 2026-02-19)
        # one that never began
        -             | 2026-02-11  | 2026-02-11 | [2026-02-11, 2026-03-01) [2026-03-01, 2026-04-01)
        -             | 2026-02-20  | 2026-02-11 | [2026-02-11, 2026-03-01) [2026-03-01, 2026-04-01)
        """, delimiter = '|')
    void shouldFinishThePeriodThatAnEndInterrupts(
            @Nullable LocalDate trialEnd, @Nullable LocalDate week, LocalDate end, String expected) {
        Lifetime lifetime = lifetime(LocalDate.parse("2026-01-01"), trialEnd, OptionalInt.empty())
                .endingOn(end);
        Lifetime changed = week == null ? lifetime : changed(lifetime, new String[] {"interval", week.toString()});
        CycleOpening opening = opening(changed, Instant.parse("2026-01-01T00:00:00Z"), ZoneId.of("UTC"), 1);
        Cycle cycle = opening.first();
        while (cycle.kind() != Cycle.Kind.TAIL) {
            cycle = opening.after(cycle).orElseThrow();
        }
        assertEquals(
                expected,
                cycle.period() + " " + opening.after(cycle).orElseThrow().period());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
        # what changed                 | its open cycle afterwards
        end 2026-03-20                 | [2026-03-01, 2026-03-20) billed 2026-03-20T01:00:00Z
        end 2026-03-10                 | [2026-03-01, 2026-03-10) billed 2026-03-15T12:00:00Z
        end 2026-03-01                 | [2026-03-01, 2026-04-01) tail 2026-04-01T01:00:00Z
        interval 2026-03-16 week       | [2026-03-01, 2026-03-16) billed 2026-03-16T01:00:00Z
        -                              | [2026-03-01, 2026-04-01) billed 2026-04-01T01:00:00Z
        """, delimiter = '|')
    void shouldMoveTheEndOfTheOpenCycle(@Nullable String change, String expected) {
        Lifetime before = lifetime(LocalDate.parse("2026-03-01"), null, OptionalInt.empty());
        Instant created = Instant.parse("2026-03-01T00:00:00Z");
        Cycle open = opening(before, created, ZoneId.of("UTC"), 1).first();
        Lifetime after = change == null ? before : changed(before, change.split(" ", -1));
        Cycle reshaped = opening(after, created, ZoneId.of("UTC"), 1)
                .reshaped(open, Instant.parse("2026-03-15T10:20:30Z"), Instant.MIN);
        assertEquals(expected, reshaped.period() + " " + reshaped.kind().wireName() + " " + reshaped.acceptedBefore());
    }

    private static Lifetime changed(Lifetime before, String[] words) {
        LocalDate day = LocalDate.parse(words[1]);
        return words[0].equals("end")
                ? before.endingOn(day)
                : before.withIntervals(
                        before.intervals().changedOn(day, new BillingInterval(BillingInterval.Unit.WEEK, 1)));
    }

    private static Lifetime lifetime(LocalDate start, @Nullable LocalDate trialEnd, OptionalInt anchorDay) {
        return new Lifetime(start, trialEnd, anchorDay, Intervals.of(MONTHLY), null);
    }

    private static CycleOpening opening(Lifetime lifetime, Instant created, ZoneId zone, int graceHours) {
        return new CycleOpening(
                lifetime,
                created,
                new CyclePolicy(
                        zone, graceHours, 14, Organization.LateUsage.BILL_NEXT, Organization.ZeroInvoices.ISSUE, 90));
    }

    private static void assertCycle(String expected, Cycle cycle) {
        assertEquals(
                expected,
                cycle.number() + " " + cycle.period() + (cycle.kind() == Cycle.Kind.TRIAL ? " trial " : " - ")
                        + cycle.acceptedBefore());
    }
}
