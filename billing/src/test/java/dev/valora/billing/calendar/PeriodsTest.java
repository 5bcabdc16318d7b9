package dev.valora.billing.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeriodsTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
        # anchor month, day, unit,    count, n,  start,      end
        2023-01,        31,  MONTH,   1,     1,  2023-02-28, 2023-03-31
        2023-01,        31,  MONTH,   1,     2,  2023-03-31, 2023-04-30
        2024-01,        30,  MONTH,   1,     1,  2024-02-29, 2024-03-30
        2024-02,        29,  YEAR,    1,     1,  2025-02-28, 2026-02-28
        2024-02,        29,  YEAR,    1,     4,  2028-02-29, 2029-02-28
        2024-11,        30,  QUARTER, 1,     1,  2025-02-28, 2025-05-30
        2024-01,        15,  MONTH,   3,    -1,  2023-10-15, 2024-01-15
        2024-01,        15,  WEEK,    2,     1,  2024-01-29, 2024-02-12
        2024-01,        15,  DAY,     10,    3,  2024-02-14, 2024-02-24
        """)
    void shouldComputeEachPeriodFromTheAnchor(
            YearMonth month, int day, BillingInterval.Unit unit, int count, long n, LocalDate start, LocalDate end) {
        Periods periods = new Periods(new Anchor(month, day), new BillingInterval(unit, count));
        assertEquals(new DateRange(start, end), periods.period(n));
        assertEquals(n, periods.indexOf(start));
        assertEquals(n, periods.indexOf(end.minusDays(1)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
        # start,    anchor day, first period end, days used, of
        2011-02-14, 31,         2011-02-28,       14,        28
        2024-03-10, 1,          2024-04-01,       22,        31
        2024-01-31, 31,         2024-02-29,       1,         1
        2024-01-30, 29,         2024-02-29,       30,        31
        """)
    void shouldProrateTheStubByTheAnchorPeriodThatContainsIt(
            LocalDate start, int anchorDay, LocalDate end, long days, long of) {
        BillingSchedule schedule = BillingSchedule.of(
                start, OptionalInt.of(anchorDay), new BillingInterval(BillingInterval.Unit.MONTH, 1));
        DateRange first = schedule.containing(start);
        assertEquals(new DateRange(start, end), first);
        assertEquals(new Fraction(days, of), Fraction.of(first, schedule.fullPeriodOf(first)));
    }

    @Test
    void shouldTileTimeWithoutGapOrOverlapFromEveryDayOfFourHundredYears() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("seed " + seed + ", repeat with -Dvalora.seed=" + seed);
        Random random = new Random(seed);
        for (LocalDate start = LocalDate.of(1900, 1, 1); start.getYear() < 2300; start = start.plusDays(1)) {
            BillingInterval interval = randomInterval(random);
            OptionalInt anchorDay = interval.isMonthly() && random.nextBoolean()
                    ? OptionalInt.of(1 + random.nextInt(31))
                    : OptionalInt.empty();
            BillingSchedule schedule = BillingSchedule.of(start, anchorDay, interval);
            tiles(schedule, start, start);
            tiles(schedule, start, start.plusDays(random.nextInt(40_000)));
        }
    }

    /** Two periods on from the one that contains the day: each holds its days and begins where the one before ends. */
    private static void tiles(BillingSchedule schedule, LocalDate start, LocalDate day) {
        DateRange period = schedule.containing(day);
        assertTrue(period.contains(day));
        for (int i = 0; i < 2; i++) {
            assertEquals(period, schedule.containing(period.start()));
            assertEquals(period, schedule.containing(period.end().minusDays(1)));
            DateRange next = schedule.containing(period.end());
            assertEquals(period.end(), next.start());
            DateRange full = schedule.fullPeriodOf(period);
            assertTrue(period.equals(full)
                    || (period.start().equals(start) && period.end().equals(full.end())));
            assertOnAnchorDay(schedule, next.start());
            period = next;
        }
    }

    /** Worked out another way: the anchor's day of the month, or the month's last; whole intervals of days otherwise. */
    private static void assertOnAnchorDay(BillingSchedule schedule, LocalDate start) {
        Anchor anchor = schedule.periods().anchor();
        BillingInterval interval = schedule.periods().interval();
        if (interval.isMonthly()) {
            assertEquals(Math.min(anchor.day(), start.lengthOfMonth()), start.getDayOfMonth());
            long months = ChronoUnit.MONTHS.between(anchor.month(), YearMonth.from(start));
            assertEquals(0, months % interval.months());
        } else {
            assertEquals(0, ChronoUnit.DAYS.between(anchor.date(), start) % interval.days());
        }
    }

    @Test
    void shouldTileTimeBeforeTheAnchorToo() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("seed " + seed + ", repeat with -Dvalora.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            YearMonth month = YearMonth.of(1900 + random.nextInt(400), 1 + random.nextInt(12));
            Periods periods = new Periods(new Anchor(month, 1 + random.nextInt(31)), randomInterval(random));
            long from = random.nextLong(-200, 200);
            for (long n = from; n < from + 10; n++) {
                assertEquals(periods.period(n).end(), periods.period(n + 1).start());
                assertEquals(n, periods.indexOf(periods.period(n).start()));
                assertEquals(
                        periods.period(n),
                        periods.containing(periods.period(n).end().minusDays(1)));
            }
        }
    }

    private static BillingInterval randomInterval(Random random) {
        BillingInterval.Unit[] units = BillingInterval.Unit.values();
        return new BillingInterval(units[random.nextInt(units.length)], 1 + random.nextInt(BillingInterval.COUNT_MAX));
    }

    @Test
    void shouldRefuseAnAnchorDayForDaysAndWeeks() {
        for (BillingInterval.Unit unit : List.of(BillingInterval.Unit.DAY, BillingInterval.Unit.WEEK)) {
            BillingInterval interval = new BillingInterval(unit, 1);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> BillingSchedule.of(LocalDate.of(2026, 1, 1), OptionalInt.of(1), interval));
        }
    }
}
