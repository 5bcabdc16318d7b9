package dev.valora.billing.calendar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.VectorTable.Outcome;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;

/** What stands in a worked case of billing cycles, in the calendar's types, and how days are compared with what it expects. */
final class CycleVectors {

    /** Why a case whose instants are no starts of days agrees in its days alone. */
    static final String TIME_OF_DAY = "periods begin with the day, not at the anchor's time of day";

    private CycleVectors() {}

    static Outcome sameRange(JsonNode vector, DateRange range, ZoneId zone, String start, String end) {
        JsonNode expect = vector.get("expect");
        Outcome outcome = expect.has(start) ? sameInstant(vector, start, range.start(), zone) : Outcome.asItStands();
        return expect.has(end) ? sameInstant(vector, end, range.end(), zone) : outcome;
    }

    /** Equal as days; where the expected instant is no start of a day, that is the difference. */
    static Outcome sameInstant(JsonNode vector, String name, LocalDate day, ZoneId zone) {
        JsonNode expect = vector.get("expect");
        assertEquals(local(expect, name, zone), day, id(vector) + " " + name);
        return midnight(expect, name, zone) ? Outcome.asItStands() : Outcome.under(TIME_OF_DAY);
    }

    static Outcome same(JsonNode vector, String name, LocalDate day) {
        assertEquals(vector.get("expect").get(name).textValue(), day.toString(), id(vector) + " " + name);
        return Outcome.asItStands();
    }

    static boolean midnight(JsonNode node, String name, ZoneId zone) {
        return LocalTime.ofInstant(Instant.parse(node.get(name).textValue()), zone)
                .equals(LocalTime.MIDNIGHT);
    }

    static LocalDate local(JsonNode node, String name, ZoneId zone) {
        return LocalDate.ofInstant(Instant.parse(node.get(name).textValue()), zone);
    }

    static String instant(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toString();
    }

    static LocalDate date(JsonNode node, String name) {
        return LocalDate.parse(node.get(name).textValue());
    }

    static YearMonth month(JsonNode node, String name) {
        return YearMonth.from(date(node, name));
    }

    static int bcd(JsonNode given) {
        return given.get("bcd").intValue();
    }

    static ZoneId zone(JsonNode given) {
        return ZoneId.of(given.get("zone").textValue());
    }

    static BillingInterval interval(String name, int count) {
        return switch (name) {
            case "daily", "day" -> new BillingInterval(BillingInterval.Unit.DAY, count);
            case "weekly", "week" -> new BillingInterval(BillingInterval.Unit.WEEK, count);
            case "monthly", "month" -> new BillingInterval(BillingInterval.Unit.MONTH, count);
            case "quarter", "quarterly" -> new BillingInterval(BillingInterval.Unit.QUARTER, count);
            case "half_year", "semiannual" -> new BillingInterval(BillingInterval.Unit.QUARTER, 2 * count);
            case "annual", "yearly" -> new BillingInterval(BillingInterval.Unit.YEAR, count);
            case "thirty_days" -> new BillingInterval(BillingInterval.Unit.DAY, 30 * count);
            default -> throw new AssertionError("an interval nobody decided about: " + name);
        };
    }

    static String id(JsonNode vector) {
        return vector.get("id").textValue();
    }
}
