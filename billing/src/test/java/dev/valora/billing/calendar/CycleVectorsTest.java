package dev.valora.billing.calendar;

import static dev.valora.billing.calendar.CycleVectors.TIME_OF_DAY;
import static dev.valora.billing.calendar.CycleVectors.bcd;
import static dev.valora.billing.calendar.CycleVectors.date;
import static dev.valora.billing.calendar.CycleVectors.id;
import static dev.valora.billing.calendar.CycleVectors.instant;
import static dev.valora.billing.calendar.CycleVectors.interval;
import static dev.valora.billing.calendar.CycleVectors.local;
import static dev.valora.billing.calendar.CycleVectors.midnight;
import static dev.valora.billing.calendar.CycleVectors.month;
import static dev.valora.billing.calendar.CycleVectors.same;
import static dev.valora.billing.calendar.CycleVectors.sameInstant;
import static dev.valora.billing.calendar.CycleVectors.sameRange;
import static dev.valora.billing.calendar.CycleVectors.zone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.VectorTable;
import dev.valora.billing.VectorTable.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs every worked case of billing cycles through the pure calendar. */
final class CycleVectorsTest {

    private static final String FROM_START = "several units are counted from the anchor, not from the period's start";
    private static final String JOINED = "a stub ends at the anchor and is not joined to the year behind it";

    @Test
    void shouldAgreeWithEveryWorkedCase() {
        assertEquals(
                "202 53 4", VectorTable.run("cycles", CycleVectorsTest::run).counts());
    }

    private static Outcome run(JsonNode vector) {
        JsonNode given = vector.get("given");
        return switch (given.get("kind").textValue()) {
            case "next_period_end" -> nextPeriodEnd(vector);
            case "period_at" -> periodAt(vector);
            case "period_list" -> periodList(vector);
            case "usage_reset" -> usageReset(vector);
            case "in_period" -> inPeriod(vector);
            case "billed_period" -> BilledCycleVectors.billedPeriod(vector);
            case "billing_day" -> BilledCycleVectors.billingDay(vector);
            case "recurrence" -> recurrence(vector);
            case "anchored_periods" -> anchoredPeriods(vector);
            case "advance_periods" -> advancePeriods(vector);
            case "whole_periods" -> wholePeriods(vector);
            case "cycle_chain" -> BilledCycleVectors.cycleChain(vector);
            case "usage_boundaries" -> BilledCycleVectors.usageBoundaries(vector);
            case "kb_in_advance" -> BilledCycleVectors.inAdvance(vector);
            case "kb_in_arrear" -> BilledCycleVectors.inArrears(vector);
            case "align" -> same(vector, "date", new Anchor(month(given, "proposed"), bcd(given)).date());
            case "align_next" ->
                same(
                        vector,
                        "date",
                        Anchor.onOrAfter(date(given, "proposed"), bcd(given)).date());
            case "next_day_of_month" ->
                same(
                        vector,
                        "date",
                        Anchor.onOrAfter(date(given, "from"), given.get("day").intValue())
                                .date());
            case "align_weeks" -> alignWeeks(vector);
            case "floor" -> floor(vector);
            case "advance_days" -> advanceDays(vector);
            case "local_day" -> {
                assertEquals(
                        vector.at("/expect/bcd").intValue(),
                        Anchor.at(local(given, "at", zone(given))).day(),
                        id(vector));
                yield Outcome.asItStands();
            }
            case "timezone_change" -> Outcome.outOfScope("a zone never changes once there is usage");
            default -> throw new AssertionError("a kind of case nobody decided about: " + given);
        };
    }

    /** The end of the period that contains its start, no later than the subscription's. */
    private static Outcome nextPeriodEnd(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        LocalDate start = local(given, "period_start", zone);
        LocalDate anchor = local(given, "anchor", zone);
        BillingInterval interval =
                interval(given.get("period").textValue(), given.get("unit").intValue());
        LocalDate expected = local(vector.get("expect"), "period_end", zone);
        Optional<LocalDate> last = given.hasNonNull("subscription_end")
                ? Optional.of(local(given, "subscription_end", zone))
                : Optional.empty();
        Periods periods = new Periods(Anchor.at(anchor), interval);
        LocalDate ours = periods.containing(start).end();
        if (expected.equals(last.filter(ours::isAfter).orElse(ours))) {
            return midnight(vector.get("expect"), "period_end", zone)
                    ? Outcome.asItStands()
                    : Outcome.under(TIME_OF_DAY);
        }
        if (expected.equals(periods.containing(ours).end())) {
            return Outcome.under(JOINED);
        }
        Anchor near = interval.isMonthly()
                ? new Anchor(YearMonth.from(start), anchor.getDayOfMonth())
                : Anchor.at(new Periods(Anchor.at(anchor), new BillingInterval(interval.unit(), 1))
                        .containing(start)
                        .start());
        Periods fromStart = new Periods(near, interval);
        assertEquals(expected, fromStart.containing(start).end(), id(vector));
        return Outcome.under(FROM_START);
    }

    private static Outcome periodAt(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        LocalDate first = local(given, given.has("subscription_start") ? "subscription_start" : "first_start", zone);
        BillingSchedule schedule = new BillingSchedule(
                first,
                new Periods(
                        Anchor.at(local(given, "anchor", zone)),
                        interval(
                                given.get("period").textValue(),
                                given.get("unit").intValue())));
        LocalDate at = local(given, "at", zone);
        if (vector.at("/expect/error").isTextual()) {
            assertThrows(IllegalArgumentException.class, () -> schedule.containing(at), id(vector));
            return Outcome.asItStands();
        }
        return sameRange(vector, schedule.containing(at), zone, "start", "end");
    }

    private static Outcome periodList(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        Periods periods = new Periods(Anchor.at(local(given, "anchor", zone)), interval("monthly", 1));
        long first = periods.indexOf(local(given, "first_start", zone));
        assertEquals(
                vector.at("/expect/count").longValue(),
                periods.indexOf(local(given, "until", zone)) - first,
                id(vector));
        assertEquals(
                vector.at("/expect/first_end").textValue(),
                instant(periods.period(first).end(), zone));
        assertEquals(
                vector.at("/expect/second_end").textValue(),
                instant(periods.period(first + 1).end(), zone));
        return Outcome.asItStands();
    }

    /** Usage is counted anew with each period, which ends with the subscription at the latest. */
    private static Outcome usageReset(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        BillingSchedule schedule = new BillingSchedule(
                local(given, "subscription_start", zone),
                new Periods(
                        Anchor.at(local(given, "subscription_start", zone)),
                        interval(given.get("period").textValue(), 1)));
        LocalDate end = schedule.containing(local(given, "now", zone)).end();
        if (!given.hasNonNull("subscription_end")) {
            assertEquals(vector.at("/expect/reset_at").textValue(), instant(end, zone), id(vector));
            return Outcome.asItStands();
        }
        boolean inside = !midnight(given, "subscription_end", zone);
        LocalDate last = local(given, "subscription_end", zone).plusDays(inside ? 1 : 0);
        LocalDate expected = local(vector.get("expect"), "reset_at", zone).plusDays(inside ? 1 : 0);
        assertEquals(expected, end.isBefore(last) ? end : last, id(vector));
        return inside ? Outcome.under("a subscription ends with a day, not inside it") : Outcome.asItStands();
    }

    private static Outcome inPeriod(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId utc = ZoneId.of("UTC");
        DateRange period = new DateRange(local(given, "start", utc), local(given, "end", utc));
        assertEquals(vector.at("/expect/inside").booleanValue(), period.contains(local(given, "at", utc)), id(vector));
        return Outcome.asItStands();
    }

    private static Outcome recurrence(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId utc = ZoneId.of("UTC");
        Periods periods = new Periods(
                Anchor.at(local(given, "anchor", utc)),
                interval(given.get("interval").textValue(), 1));
        DateRange containing = periods.containing(local(given, "at", utc));
        boolean onBoundary = containing.start().equals(local(given, "at", utc)) && midnight(given, "at", utc);
        boolean inclusive = given.path("boundary").asText().equals("inclusive");
        return switch (given.get("op").textValue()) {
            case "period_at" -> sameRange(vector, containing, utc, "start", "end");
            case "next" ->
                sameInstant(vector, "result", onBoundary && inclusive ? containing.start() : containing.end(), utc);
            case "prev" ->
                sameInstant(
                        vector,
                        "result",
                        onBoundary && !inclusive
                                ? periods.period(periods.indexOf(containing.start()) - 1)
                                        .start()
                                : containing.start(),
                        utc);
            default -> throw new AssertionError(given);
        };
    }

    private static Outcome anchoredPeriods(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId utc = ZoneId.of("UTC");
        Periods periods = new Periods(Anchor.at(local(given, "anchor", utc)), interval("monthly", 1));
        List<LocalDate> boundaries = new ArrayList<>(List.of(local(given, "start", utc)));
        for (int i = 0; i < given.get("count").intValue(); i++) {
            boundaries.add(periods.containing(boundaries.getLast()).end());
        }
        List<LocalDate> expected = new ArrayList<>();
        vector.at("/expect/boundaries")
                .forEach(boundary -> expected.add(LocalDate.ofInstant(Instant.parse(boundary.textValue()), utc)));
        assertEquals(expected, boundaries, id(vector));
        return Outcome.under(TIME_OF_DAY);
    }

    private static Outcome advancePeriods(JsonNode vector) {
        JsonNode given = vector.get("given");
        Periods periods = new Periods(
                Anchor.at(date(given, "from")), interval(given.get("period").textValue(), 1));
        return same(vector, "date", periods.start(given.get("count").longValue()));
    }

    private static Outcome wholePeriods(JsonNode vector) {
        JsonNode given = vector.get("given");
        Periods periods = new Periods(
                Anchor.at(date(given, "from")), interval(given.get("period").textValue(), 1));
        assertEquals(vector.at("/expect/count").longValue(), periods.indexOf(date(given, "to")), id(vector));
        return Outcome.asItStands();
    }

    private static Outcome alignWeeks(JsonNode vector) {
        JsonNode given = vector.get("given");
        Periods periods = new Periods(
                Anchor.at(date(given, "original")),
                interval("weekly", given.get("weeks").intValue()));
        DateRange containing = periods.containing(date(given, "proposed"));
        return same(
                vector,
                "date",
                containing.start().equals(date(given, "proposed")) ? containing.start() : containing.end());
    }

    private static Outcome floor(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        LocalDate day = local(given, "at", zone);
        return switch (given.get("unit").textValue()) {
            case "day" -> sameInstant(vector, "floor", day, zone);
            case "week" -> {
                Periods weeks = new Periods(Anchor.at(LocalDate.parse("2024-01-01")), interval("weekly", 1));
                yield sameInstant(vector, "floor", weeks.containing(day).start(), zone);
            }
            case "hour" -> Outcome.outOfScope("billing has no boundary inside a day");
            default -> throw new AssertionError(given);
        };
    }

    private static Outcome advanceDays(JsonNode vector) {
        JsonNode given = vector.get("given");
        ZoneId zone = zone(given);
        return sameInstant(
                vector,
                "result",
                local(given, "at", zone).plusDays(given.get("days").longValue()),
                zone);
    }
}
