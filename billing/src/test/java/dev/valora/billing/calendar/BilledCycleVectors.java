package dev.valora.billing.calendar;

import static dev.valora.billing.calendar.CycleVectors.bcd;
import static dev.valora.billing.calendar.CycleVectors.date;
import static dev.valora.billing.calendar.CycleVectors.id;
import static dev.valora.billing.calendar.CycleVectors.instant;
import static dev.valora.billing.calendar.CycleVectors.interval;
import static dev.valora.billing.calendar.CycleVectors.local;
import static dev.valora.billing.calendar.CycleVectors.same;
import static dev.valora.billing.calendar.CycleVectors.sameRange;
import static dev.valora.billing.calendar.CycleVectors.zone;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.VectorTable.Outcome;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The worked cases of what is billed when: the periods that a bill covers, and the days on which one is written. */
final class BilledCycleVectors {

    private static final String CALENDAR_ANCHOR = "a calendar quarter, year or week is an anchor on its first day";

    private BilledCycleVectors() {}

    /** Arrears are of the period before the one in which the bill is written, everything else is of that one. */
    static Outcome billedPeriod(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        LocalDate start = local(given, "subscription_at", zone);
        Periods periods = lagoPeriods(given, start);
        long index = periods.indexOf(local(given, "billing_at", zone));
        DateRange billed = periods.period(given.get("which").textValue().equals("arrears") ? index - 1 : index);
        DateRange lived = billed.start().isBefore(start) ? new DateRange(start, billed.end()) : billed;
        Outcome outcome = sameRange(vector, lived, zone, "period_start", "period_end");
        return needsAnchorOfItsOwn(given) ? Outcome.under(CALENDAR_ANCHOR) : outcome;
    }

    static Outcome billingDay(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        Periods periods = lagoPeriods(given, local(given, "subscription_at", zone));
        List<Boolean> billingDays = new ArrayList<>();
        for (JsonNode instant : given.get("instants")) {
            LocalDate day = LocalDate.ofInstant(Instant.parse(instant.textValue()), zone);
            billingDays.add(periods.containing(day).start().equals(day));
        }
        List<Boolean> expected = new ArrayList<>();
        vector.at("/expect/is_billing_day").forEach(is -> expected.add(is.booleanValue()));
        assertEquals(expected, billingDays, id(vector));
        return needsAnchorOfItsOwn(given) ? Outcome.under(CALENDAR_ANCHOR) : Outcome.asItStands();
    }

    private static Periods lagoPeriods(JsonNode given, LocalDate start) {
        BillingInterval interval = interval(given.get("interval").textValue(), 1);
        if (given.get("mode").textValue().equals("anniversary")) {
            return new Periods(Anchor.at(start), interval);
        }
        LocalDate first = interval.isMonthly()
                ? LocalDate.of(start.getYear(), 1, 1)
                : start.minusDays(start.getDayOfWeek().getValue() - DayOfWeek.MONDAY.getValue());
        return new Periods(Anchor.at(first), interval);
    }

    /** An anchor day leads to calendar months, and to no longer or shorter periods of the calendar. */
    private static boolean needsAnchorOfItsOwn(JsonNode given) {
        return given.get("mode").textValue().equals("calendar")
                && !given.get("interval").textValue().equals("monthly");
    }

    static Outcome cycleChain(JsonNode vector) {
        JsonNode given = vector.get("given");
        BillingSchedule schedule = schedule(given);
        List<String> dates = new ArrayList<>();
        LocalDate day = date(given, "start");
        for (int i = 0; i < given.get("count").intValue(); i++) {
            dates.add(day.toString());
            day = schedule.containing(day).end();
        }
        List<String> expected = new ArrayList<>();
        vector.at("/expect/dates").forEach(date -> expected.add(date.textValue()));
        assertEquals(expected, dates, id(vector));
        return Outcome.asItStands();
    }

    static Outcome usageBoundaries(JsonNode vector) {
        JsonNode given = vector.get("given");
        BillingSchedule schedule = schedule(given);
        LocalDate target = date(given, "target");
        List<String> boundaries = new ArrayList<>();
        for (LocalDate day = date(given, "start");
                !day.isAfter(target);
                day = schedule.containing(day).end()) {
            boundaries.add(day.toString());
        }
        List<String> expected = new ArrayList<>();
        vector.at("/expect/boundaries").forEach(date -> expected.add(date.textValue()));
        assertEquals(expected, boundaries, id(vector));
        return Outcome.asItStands();
    }

    static Outcome inAdvance(JsonNode vector) {
        JsonNode given = vector.get("given");
        JsonNode expect = vector.get("expect");
        BillingSchedule schedule = schedule(given);
        if (expect.has("first_cycle_date")) {
            return same(vector, "first_cycle_date", schedule.periods().anchor().date());
        }
        DateRange billed = clipped(schedule.containing(date(given, "target")), given);
        if (expect.has("last_cycle_date")) {
            same(vector, "last_cycle_date", billed.start());
        }
        return same(vector, "bill_until", billed.end());
    }

    /** What is over by the target date was billed; the period that is not over comes next. */
    static Outcome inArrears(JsonNode vector) {
        JsonNode given = vector.get("given");
        BillingSchedule schedule = schedule(given);
        LocalDate start = date(given, "start");
        LocalDate target = date(given, "target");
        boolean ended = given.hasNonNull("end") && !date(given, "end").isAfter(target);
        DateRange running = schedule.containing(ended ? date(given, "end").minusDays(1) : target);
        LocalDate until = ended ? date(given, "end") : running.start();
        same(vector, "first_cycle_date", schedule.periods().anchor().date());
        same(vector, "next_cycle_date", running.end());
        boolean somethingToBill = until.isAfter(start);
        if (somethingToBill || vector.at("/expect/something_to_bill").booleanValue()) {
            same(vector, "bill_until", until);
        }
        return somethingToBill == vector.at("/expect/something_to_bill").booleanValue()
                ? Outcome.asItStands()
                : Outcome.under("a cycle of no days has nothing to bill");
    }

    private static BillingSchedule schedule(JsonNode given) {
        String period = given.path("period").asText("monthly");
        BillingInterval interval = interval(period, 1);
        OptionalInt anchorDay = interval.isMonthly() ? OptionalInt.of(bcd(given)) : OptionalInt.empty();
        return BillingSchedule.of(date(given, "start"), anchorDay, interval);
    }

    private static DateRange clipped(DateRange period, JsonNode given) {
        return given.hasNonNull("end") && date(given, "end").isBefore(period.end())
                ? new DateRange(period.start(), date(given, "end"))
                : period;
    }
}
