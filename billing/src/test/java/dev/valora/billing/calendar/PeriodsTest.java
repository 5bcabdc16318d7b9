package dev.valora.billing.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.time.YearMonth;
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
    void shouldTileTimeWithoutGapOrOverlap() {
        long seed = 20_261_122L;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            YearMonth month = YearMonth.of(1900 + random.nextInt(400), 1 + random.nextInt(12));
            BillingInterval.Unit[] units = BillingInterval.Unit.values();
            BillingInterval interval = new BillingInterval(
                    units[random.nextInt(units.length)], 1 + random.nextInt(BillingInterval.COUNT_MAX));
            Periods periods = new Periods(new Anchor(month, 1 + random.nextInt(31)), interval);
            long from = random.nextLong(-200, 200);
            for (long n = from; n < from + 10; n++) {
                assertEquals(periods.period(n).end(), periods.period(n + 1).start());
                assertEquals(n, periods.indexOf(periods.period(n).start()));
                assertTrue(
                        periods.containing(periods.period(n).end().minusDays(1)).equals(periods.period(n)));
            }
        }
    }
}
