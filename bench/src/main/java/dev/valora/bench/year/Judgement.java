package dev.valora.bench.year;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.year.oracle.Act;
import dev.valora.bench.year.oracle.Days;
import dev.valora.bench.year.oracle.Invoice;
import dev.valora.bench.year.oracle.Life;
import dev.valora.bench.year.oracle.Line;
import dev.valora.bench.year.oracle.Sold;
import dev.valora.bench.year.oracle.Told;
import dev.valora.bench.year.oracle.Wanted;
import dev.valora.bench.year.oracle.World;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Compares what an organization's invoices say with what they must say. */
final class Judgement {

    private static final int SHOWN_MAX = 8;

    private final List<String> findings = new ArrayList<>();
    private int invoices;
    private int lines;

    /** What is wrong, each with the subscription's history; empty when nothing is. */
    List<String> findings() {
        return findings;
    }

    int invoices() {
        return invoices;
    }

    int lines() {
        return lines;
    }

    /** Judges all invoices of one organization, in the order of their numbers. */
    void judge(House house, List<JsonNode> subscriptions, List<JsonNode> found, Instant now) {
        Map<String, JsonNode> standing = new HashMap<>();
        subscriptions.forEach(subscription -> standing.put(text(subscription, "id"), subscription));
        Map<String, List<JsonNode>> bySubscription = new HashMap<>();
        for (JsonNode invoice : found) {
            bySubscription
                    .computeIfAbsent(text(invoice, "subscription"), none -> new ArrayList<>())
                    .add(invoice);
            invoices++;
            lines += invoice.required("lines").size();
        }
        World world = house.world();
        Map<String, Instant> due = new HashMap<>();
        for (Booking booking : house.bookings()) {
            Sold sold = booking.sold();
            String name = house.name() + " " + booking.id();
            Told told = tell(world, name, sold, now);
            if (told == null) {
                continue;
            }
            List<Invoice> expected = told.invoices();
            List<JsonNode> own = bySubscription.getOrDefault(booking.id(), List.of());
            compare(name, sold, expected, own);
            compareStanding(name, sold, told, Objects.requireNonNull(standing.get(booking.id())));
            expected.forEach(invoice ->
                    due.put(booking.id() + "/" + invoice.cycle() + "/" + invoice.revision(), invoice.dueToBeMade()));
        }
        house.bookings().forEach(booking -> standing.remove(booking.id()));
        standing.keySet().forEach(id -> findings.add(house.name() + ": nobody asked for " + id + "\n"));
        judgeNumbers(house, found, due);
    }

    /** Null where something was done to an invoice that there must not be, as behind a difference that was found before. */
    private @Nullable Told tell(World world, String name, Sold sold, Instant now) {
        try {
            return Life.tell(world, sold, now);
        } catch (IllegalStateException e) {
            findings.add(name + "\n" + history(sold) + "  " + e.getMessage() + "\n");
            return null;
        }
    }

    private void compare(String name, Sold sold, List<Invoice> expected, List<JsonNode> found) {
        List<String> must = new ArrayList<>();
        expected.stream()
                .map(invoice -> String.join("\n      ", invoice.toText()))
                .forEach(must::add);
        List<String> are = new ArrayList<>();
        found.stream()
                .map(invoice -> String.join("\n      ", parse(invoice).toText()))
                .forEach(are::add);
        List<String> missing = new ArrayList<>(must);
        are.forEach(missing::remove);
        List<String> extra = new ArrayList<>(are);
        must.forEach(extra::remove);
        if (!missing.isEmpty() || !extra.isEmpty()) {
            List<String> agreed = new ArrayList<>(must);
            agreed.removeAll(missing);
            findings.add(name + "\n" + history(sold) + "  expected, and not found:\n" + shown(missing)
                    + "  found, and not expected:\n" + shown(extra) + "  found as expected:\n" + shown(agreed));
        }
    }

    private void compareStanding(String name, Sold sold, Told told, JsonNode found) {
        JsonNode period = found.required("current_period");
        String is = text(found, "status") + " " + (period.isNull() ? null : days(period));
        String must = told.status() + " " + told.period();
        if (!is.equals(must)) {
            findings.add(name + "\n" + history(sold) + "  should be " + must + ", and is " + is + "\n");
        }
    }

    private static String shown(List<String> texts) {
        StringBuilder shown = new StringBuilder();
        texts.stream()
                .limit(SHOWN_MAX)
                .forEach(text -> shown.append("    ").append(text).append('\n'));
        return shown.toString();
    }

    private static String history(Sold sold) {
        StringBuilder history = new StringBuilder();
        history.append("  created ").append(sold.created()).append(", starts ").append(sold.start());
        history.append(", trial of ")
                .append(sold.trialDays())
                .append(" days, anchor ")
                .append(sold.anchorDay());
        history.append(", of ")
                .append(sold.customer())
                .append(": ")
                .append(items(sold.items()))
                .append('\n');
        for (Act act : sold.acts()) {
            String what = act instanceof Act.Change change
                    ? "Change on " + change.day() + (change.prorates() ? "" : " without proration") + " to "
                            + items(change.items())
                    : act.toString();
            history.append("  ").append(act.at()).append(' ').append(what).append('\n');
        }
        return history.toString();
    }

    private static String items(List<Wanted> items) {
        return String.join(
                ", ",
                items.stream()
                        .map(item -> item.quantity() + " × " + item.price())
                        .toList());
    }

    /** Numbers have no gap, and follow the order in which the work came due. */
    private void judgeNumbers(House house, List<JsonNode> found, Map<String, Instant> due) {
        Instant before = Instant.MIN;
        for (int i = 0; i < found.size(); i++) {
            JsonNode invoice = found.get(i);
            String number = text(invoice, "number");
            if (!number.equals("INV-%06d".formatted(i + 1))) {
                findings.add(house.name() + ": invoice " + (i + 1) + " has the number " + number + "\n");
                return;
            }
            String key = text(invoice, "subscription") + "/" + invoice.required("cycle") + "/"
                    + invoice.required("revision");
            Instant here = Objects.requireNonNullElse(due.get(key), before);
            if (here.isBefore(before)) {
                findings.add(house.name() + ": " + number + " came due at " + here + ", and the one before at " + before
                        + "\n");
                return;
            }
            before = here;
        }
    }

    private static Invoice parse(JsonNode json) {
        List<Line> lines = new ArrayList<>();
        json.required("lines").forEach(line -> lines.add(line(line)));
        return new Invoice(
                json.required("cycle").intValue(),
                json.required("revision").intValue(),
                days(json.required("period")),
                LocalDate.parse(text(json, "issue_date")),
                LocalDate.parse(text(json, "due_date")),
                text(json, "status"),
                new BigDecimal(text(json, "total")),
                lines,
                Instant.MIN);
    }

    private static Line line(JsonNode json) {
        JsonNode cycle = json.required("cycle");
        return new Line(
                text(json, "kind"),
                json.required("price").textValue(),
                cycle.isNull() ? null : cycle.intValue(),
                days(json.required("service_period")),
                decimal(json.required("quantity")),
                new BigDecimal(text(json, "amount")));
    }

    private static @Nullable BigDecimal decimal(JsonNode json) {
        return json.isNull() ? null : new BigDecimal(json.textValue());
    }

    private static Days days(JsonNode json) {
        return new Days(LocalDate.parse(text(json, "start")), LocalDate.parse(text(json, "end")));
    }

    private static String text(JsonNode json, String member) {
        return json.required(member).textValue();
    }
}
