package dev.valora.billing.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.VectorTable;
import dev.valora.billing.VectorTable.Outcome;
import dev.valora.billing.calendar.Anchor;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.BillingSchedule;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.calendar.Periods;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Runs every worked case of proration through the pure calendar and the one place where an amount is rounded. */
final class ProrationVectorsTest {

    private static final int CENTS = 2;
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final String FIRST_ANCHOR_DAY =
            "a stub of a quarter or a year ends at the first anchor day, not in the month of the start";
    private static final String INCLUSIVE = "an end that counts is the day before a half-open one";

    @Test
    void shouldAgreeWithEveryWorkedCase() {
        assertEquals(
                "148 40 18",
                VectorTable.run("proration", ProrationVectorsTest::run).counts());
    }

    private static Outcome run(JsonNode vector) {
        JsonNode given = vector.get("given");
        if (given.has("fixed_days_in_month")) {
            return Outcome.outOfScope("months of a fixed number of days");
        }
        return switch (given.get("kind").textValue()) {
            case "billing_cycles" -> billingCycles(vector);
            case "fraction_days" -> fractionDays(vector);
            case "amount_days" -> {
                Fraction share = Fraction.of(range(given, "from", "to"), range(given, "period_from", "period_to"));
                yield same(vector, "amount", Rounding.toMinorUnit(decimal(given, "amount"), share, CENTS));
            }
            case "amount_duration" -> amountDuration(vector);
            case "amount_days_inclusive" -> amountDaysInclusive(vector);
            case "lago_fee_days" -> lagoFeeDays(vector);
            case "week_stub_local" -> weekStub(vector);
            case "calendar_days" -> calendarDays(vector);
            case "commitment_true_up" -> commitment(vector);
            case "credit_cap" -> Outcome.outOfScope("credits that depend on payments");
            case "grant_duration" -> Outcome.outOfScope("grants of credits");
            default -> throw new AssertionError("a kind of case nobody decided about: " + given);
        };
    }

    /** What is billed in advance up to a day: each period that has begun, or the part of it before the end. */
    private static Outcome billingCycles(JsonNode vector) {
        JsonNode given = vector.get("given");
        if (vector.at("/expect/error").isTextual()) {
            assertThrows(IllegalArgumentException.class, () -> billed(given, schedule(given)), id(vector));
            return Outcome.asItStands();
        }
        BigDecimal expected = decimal(vector.get("expect"), "cycles");
        if (sum(billed(given, schedule(given))).compareTo(expected) == 0) {
            return Outcome.asItStands();
        }
        LocalDate start = date(given, "start");
        Periods fromStart =
                new Periods(new Anchor(YearMonth.from(start), given.get("bcd").intValue()), interval(given));
        BillingSchedule schedule = schedule(given);
        LocalDate firstAnchorDay = schedule.containing(start).end();
        assertTrue(firstAnchorDay.isBefore(start.plusMonths(1).plusDays(1)), id(vector));
        assertEquals(0, sum(billed(given, fromStart, start)).compareTo(expected), id(vector));
        return Outcome.under(FIRST_ANCHOR_DAY);
    }

    private static List<Fraction> billed(JsonNode given, BillingSchedule schedule) {
        LocalDate target = date(given, "target");
        schedule.containing(target);
        return billed(given, schedule.periods(), schedule.start());
    }

    private static List<Fraction> billed(JsonNode given, Periods periods, LocalDate start) {
        LocalDate target = date(given, "target");
        LocalDate end = given.hasNonNull("end") ? date(given, "end") : LocalDate.MAX;
        List<Fraction> billed = new ArrayList<>();
        for (LocalDate day = start;
                !day.isAfter(target) && day.isBefore(end);
                day = periods.containing(day).end()) {
            DateRange full = periods.containing(day);
            LocalDate to = full.end().isBefore(end) ? full.end() : end;
            billed.add(Fraction.of(new DateRange(day, to), full));
        }
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("an end before the start");
        }
        return billed;
    }

    private static BigDecimal sum(List<Fraction> fractions) {
        return fractions.stream().map(ProrationVectorsTest::rounded).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal rounded(Fraction fraction) {
        return BigDecimal.valueOf(fraction.days()).divide(BigDecimal.valueOf(fraction.of()), 9, RoundingMode.HALF_UP);
    }

    private static Outcome fractionDays(JsonNode vector) {
        JsonNode given = vector.get("given");
        Fraction fraction = Fraction.of(range(given, "from", "to"), range(given, "period_from", "period_to"));
        int scale = given.path("scale").asInt(9);
        return same(
                vector,
                "fraction",
                BigDecimal.valueOf(fraction.days())
                        .divide(BigDecimal.valueOf(fraction.of()), scale, RoundingMode.HALF_UP));
    }

    /** Days that were begun count from their start on, so a time of day moves nothing. */
    private static Outcome amountDuration(JsonNode vector) {
        JsonNode given = vector.get("given");
        LocalDate from = local(given, "from");
        LocalDate to = local(given, "to");
        long of = range(local(given, "period_from"), local(given, "period_to")).days();
        long days = from.equals(to) ? 0 : Math.min(of, range(from, to).days());
        boolean whole = !given.path("proration").asBoolean(true);
        Fraction share = whole ? Fraction.WHOLE : new Fraction(days, of);
        same(vector, "amount", Rounding.toMinorUnit(decimal(given, "amount"), share, CENTS));
        if (whole) {
            return Outcome.under("a change without proration leaves the period's charge as it is");
        }
        return given.properties().stream().allMatch(member -> isMidnight(member.getValue()))
                ? Outcome.asItStands()
                : Outcome.under("proration is by days, not by seconds");
    }

    private static Outcome amountDaysInclusive(JsonNode vector) {
        JsonNode given = vector.get("given");
        Fraction share = Fraction.of(
                range(date(given, "from"), date(given, "to").plusDays(1)),
                range(date(given, "period_from"), date(given, "period_to").plusDays(1)));
        BigDecimal net = BigDecimal.ZERO;
        for (int i = 0; i < given.get("items").size(); i++) {
            JsonNode item = given.get("items").get(i);
            BigDecimal amount = decimal(item, "unit_amount").multiply(decimal(item, "quantity"));
            BigDecimal signed = item.get("credit").booleanValue() ? amount.negate() : amount;
            BigDecimal line = Rounding.toMinorUnit(signed, share, CENTS);
            assertEquals(vector.at("/expect/items/" + i).textValue(), line.toPlainString(), id(vector));
            net = net.add(line);
        }
        same(vector, "net", net);
        return Outcome.under(INCLUSIVE);
    }

    private static Outcome lagoFeeDays(JsonNode vector) {
        JsonNode given = vector.get("given");
        LocalDate from = date(given, "from");
        if (given.has("trial_last_day") && !date(given, "trial_last_day").isBefore(from)) {
            from = date(given, "trial_last_day").plusDays(1);
        }
        boolean lastDayCounts = !given.path("exclude_last_day").asBoolean(false);
        LocalDate to = date(given, "to_inclusive").plusDays(lastDayCounts ? 1 : 0);
        long days = from.isBefore(to) ? range(from, to).days() : 0;
        Fraction share = new Fraction(days, given.get("period_days").longValue());
        same(vector, "amount_cents", Rounding.toMinorUnit(decimal(given, "amount_cents"), share, 0));
        return lastDayCounts ? Outcome.under(INCLUSIVE) : Outcome.asItStands();
    }

    private static Outcome weekStub(JsonNode vector) {
        JsonNode given = vector.get("given");
        LocalDate start = LocalDate.ofInstant(
                Instant.parse(given.get("start_utc").textValue()),
                ZoneId.of(given.get("zone").textValue()));
        DateRange week = new Periods(
                        Anchor.at(LocalDate.parse("2024-01-01")), new BillingInterval(BillingInterval.Unit.WEEK, 1))
                .containing(start);
        DateRange stub = new DateRange(start, week.end());
        assertEquals(vector.at("/expect/days").longValue(), stub.days(), id(vector));
        same(vector, "amount_cents", Rounding.toMinorUnit(decimal(given, "amount_cents"), Fraction.of(stub, week), 0));
        return Outcome.under("a calendar week is an anchor on its first day");
    }

    private static Outcome calendarDays(JsonNode vector) {
        JsonNode given = vector.get("given");
        LocalDate from =
                LocalDateTime.parse(given.get("from_local").textValue()).toLocalDate();
        LocalDate to = LocalDateTime.parse(given.get("to_local").textValue()).toLocalDate();
        assertEquals(vector.at("/expect/days").longValue(), range(from, to).days(), id(vector));
        return Outcome.asItStands();
    }

    /** What is promised and what is charged anyway are prorated and rounded apart; usage counts in full. */
    private static Outcome commitment(JsonNode vector) {
        JsonNode given = vector.get("given");
        Fraction share = new Fraction(
                range(date(given, "from"), date(given, "to_inclusive").plusDays(1))
                        .days(),
                given.get("period_days").longValue());
        BigDecimal charged = Rounding.toMinorUnit(decimal(given, "subscription_cents"), share, 0)
                .add(decimal(given, "usage_fees_cents"));
        AmountBounds bounds = new AmountBounds(decimal(given, "commitment_cents"), null);
        same(vector, "true_up_cents", bounds.topUp(charged, share, 0));
        return Outcome.under("a commitment over several charges is the minimum of one");
    }

    private static BillingSchedule schedule(JsonNode given) {
        return BillingSchedule.of(
                date(given, "start"), OptionalInt.of(given.get("bcd").intValue()), interval(given));
    }

    private static BillingInterval interval(JsonNode given) {
        return new BillingInterval(
                switch (given.get("period").textValue()) {
                    case "monthly" -> BillingInterval.Unit.MONTH;
                    case "quarterly" -> BillingInterval.Unit.QUARTER;
                    case "annual" -> BillingInterval.Unit.YEAR;
                    default -> throw new AssertionError(given);
                },
                1);
    }

    private static Outcome same(JsonNode vector, String name, BigDecimal actual) {
        BigDecimal expected = decimal(vector.get("expect"), name);
        assertEquals(0, expected.compareTo(actual), () -> id(vector) + ": expected " + expected + ", was " + actual);
        return Outcome.asItStands();
    }

    private static boolean isMidnight(JsonNode member) {
        return !member.isTextual()
                || !member.textValue().endsWith("Z")
                || LocalTime.ofInstant(Instant.parse(member.textValue()), UTC).equals(LocalTime.MIDNIGHT);
    }

    private static DateRange range(JsonNode given, String from, String to) {
        return range(date(given, from), date(given, to));
    }

    private static DateRange range(LocalDate from, LocalDate to) {
        return new DateRange(from, to);
    }

    private static LocalDate date(JsonNode node, String name) {
        return LocalDate.parse(node.get(name).textValue());
    }

    private static LocalDate local(JsonNode node, String name) {
        return LocalDate.ofInstant(Instant.parse(node.get(name).textValue()), UTC);
    }

    private static BigDecimal decimal(JsonNode node, String name) {
        return new BigDecimal(node.get(name).asText());
    }

    private static String id(JsonNode vector) {
        return vector.get("id").textValue();
    }
}
