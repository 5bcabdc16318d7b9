package dev.valora.bench.year;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.year.oracle.Act;
import dev.valora.bench.year.oracle.Interval;
import dev.valora.bench.year.oracle.Wanted;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Draws what is asked of a subscription, from what the server says of it. One thread. */
final class Acting {

    private static final int ADJUSTMENT_MAX = 5_000;
    private static final List<Kind> IN_A_TRIAL =
            List.of(Kind.END_TRIAL, Kind.CHANGE, Kind.CANCEL, Kind.UNCANCEL, Kind.ADJUST);
    private static final List<Kind> AFTERWARDS = List.of(Kind.PAY, Kind.VOID, Kind.REISSUE, Kind.ADJUST);
    /** Changes are drawn more often than the rest. */
    private static final List<Kind> WHILE_ACTIVE = List.of(
            Kind.CHANGE,
            Kind.CHANGE,
            Kind.CHANGE,
            Kind.INTERVAL,
            Kind.UNPRORATED,
            Kind.CANCEL,
            Kind.UNCANCEL,
            Kind.ADJUST,
            Kind.PAY,
            Kind.PAY,
            Kind.VOID,
            Kind.REISSUE,
            Kind.PLAN);

    private final House house;
    private final YearServer server;
    private final Draws draws;
    private final Set<Kind> kinds;

    Acting(House house, YearServer server, Draws draws, Set<Kind> kinds) {
        this.house = house;
        this.server = server;
        this.draws = draws;
        this.kinds = kinds;
    }

    /** Something to ask now; null when nothing fits. */
    @Nullable
    Asked draw(Booking booking, Instant now) throws InterruptedException {
        JsonNode told = server.ask(() -> house.client().get(booking.path()));
        Act.Change last = booking.lastChange();
        if (last != null && canUndo(booking, now) && draws.percent(70)) {
            boolean prorates = draws.percent(75);
            return change(booking, null, new Act.Change(now, last.day(), booking.wantedBefore(), prorates));
        }
        List<Kind> fitting = switch (told.required("status").textValue()) {
            case "scheduled" -> List.of(Kind.CANCEL);
            case "trialing" -> IN_A_TRIAL;
            case "canceled" -> AFTERWARDS;
            default -> kinds.contains(Kind.PLAN) ? WHILE_ACTIVE : WHILE_ACTIVE.subList(0, WHILE_ACTIVE.size() - 1);
        };
        return oneOf(booking, told, now, fitting);
    }

    /** Whether the last thing asked was a change, and it was today. */
    boolean canUndo(Booking booking, Instant now) {
        Act.Change last = booking.lastChange();
        return kinds.contains(Kind.UNDO)
                && last != null
                && house.dayOf(last.at()).equals(house.dayOf(now));
    }

    private @Nullable Asked oneOf(Booking booking, JsonNode told, Instant now, List<Kind> fitting)
            throws InterruptedException {
        Kind kind = draws.oneOf(fitting);
        boolean ends = !told.required("cancel_at").isNull();
        if (!kinds.contains(kind)) {
            return null;
        }
        return switch (kind) {
            case CHANGE, INTERVAL, UNPRORATED, PLAN -> ends ? null : change(booking, told, now, kind);
            case CANCEL -> ends ? null : cancel(booking, told, now);
            case UNCANCEL -> ends ? uncancel(booking, now) : null;
            case END_TRIAL -> endTrial(booking, told, now);
            case ADJUST -> adjust(booking, now);
            case PAY, VOID, REISSUE -> settle(booking, now, kind);
            case FIRST_DAY, UNDO, POLICY, VERSION, MODEL, VOID_USAGE, LATE_USAGE, NEGATIVE -> null;
        };
    }

    private static Asked ask(
            Booking booking, String what, Map<String, Object> body, Act act, Predicate<JsonNode> isDone) {
        return new Asked(booking, booking.path() + what, body, act, new Asked.Doubt(booking.path(), isDone));
    }

    private static Asked uncancel(Booking booking, Instant now) {
        return ask(
                booking,
                "/uncancel",
                Map.of(),
                new Act.Uncancel(now),
                is -> is.required("cancel_at").isNull());
    }

    private @Nullable Asked endTrial(Booking booking, JsonNode told, Instant now) {
        LocalDate start = LocalDate.parse(told.required("start_date").textValue());
        return house.dayOf(now).isAfter(start)
                ? ask(booking, "/end_trial", Map.of(), new Act.EndTrial(now), is -> !isInTrial(is))
                : null;
    }

    private static boolean isInTrial(JsonNode subscription) {
        return subscription.required("status").textValue().equals("trialing");
    }

    private Asked adjust(Booking booking, Instant now) {
        BigDecimal amount = BigDecimal.valueOf(
                draws.between(1, ADJUSTMENT_MAX) * (draws.percent(50) ? 1L : -1L),
                house.terms().exponent());
        String description = "agreed on " + now;
        Map<String, Object> body =
                Map.of("amount", amount.toPlainString(), "description", description, "reason", "drawn");
        return new Asked(
                booking,
                booking.path() + "/adjustments",
                body,
                new Act.Adjust(now, amount),
                new Asked.Doubt(booking.path() + "/preview", preview -> hasLine(preview, description)));
    }

    private static boolean hasLine(JsonNode preview, String description) {
        for (JsonNode line : preview.required("lines")) {
            if (line.required("description").textValue().equals(description)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Asked settle(Booking booking, Instant now, Kind kind) throws InterruptedException {
        List<JsonNode> unpaid = server.ask(
                () -> house.client().list("/v1/invoices?subscription=" + booking.id() + "&status=finalized"));
        if (unpaid.isEmpty()) {
            return null;
        }
        JsonNode invoice = draws.oneOf(unpaid);
        int cycle = invoice.required("cycle").intValue();
        int revision = invoice.required("revision").intValue();
        String path = "/v1/invoices/" + invoice.required("id").textValue();
        if (kind == Kind.PAY) {
            Act paid = new Act.Pay(now, cycle, revision);
            return new Asked(booking, path + "/mark_paid", Map.of(), paid, new Asked.Doubt(path, is -> is(is, "paid")));
        }
        boolean reissue = kind == Kind.REISSUE;
        Map<String, Object> body = Map.of("reason", "drawn", "reissue", reissue);
        Act back = new Act.TakeBack(now, cycle, revision, reissue);
        return new Asked(booking, path + "/void", body, back, new Asked.Doubt(path, is -> is(is, "void")));
    }

    private static boolean is(JsonNode invoice, String status) {
        return invoice.required("status").textValue().equals(status);
    }

    private @Nullable Asked cancel(Booking booking, JsonNode told, Instant now) {
        Act.End end = draws.oneOf(List.of(Act.End.PERIOD_END, Act.End.NOW, Act.End.DATE));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("at", end.name().toLowerCase(Locale.ROOT));
        LocalDate day = null;
        if (end == Act.End.DATE) {
            JsonNode period = told.required("current_period");
            if (period.isNull()) {
                return null;
            }
            LocalDate start = LocalDate.parse(period.required("start").textValue());
            boolean isFirst = kinds.contains(Kind.FIRST_DAY) && draws.percent(25);
            day = isFirst ? start : start.plusDays(draws.between(1, 60));
            body.put("date", day.toString());
        }
        return ask(
                booking,
                "/cancel",
                body,
                new Act.Cancel(now, end, day),
                is -> !is.required("cancel_at").isNull());
    }

    private @Nullable Asked change(Booking booking, JsonNode told, Instant now, Kind kind) {
        JsonNode period = told.required("current_period");
        if (period.isNull()) {
            return null;
        }
        LocalDate start = LocalDate.parse(period.required("start").textValue());
        LocalDate end = LocalDate.parse(period.required("end").textValue());
        LocalDate day = changeDay(start, end, house.dayOf(now));
        Bundle bundle = kind == Kind.PLAN ? house.catalogue().drawBundle(interval(booking.wanted())) : null;
        if (bundle != null && ownsMoreOf(bundle, told)) {
            return null;
        }
        List<Wanted> items = bundle != null
                ? bundle.items()
                : kind == Kind.INTERVAL
                        ? house.catalogue().drawItems(house.catalogue().drawInterval())
                        : otherItems(booking.wanted());
        return change(booking, bundle, new Act.Change(now, day, items, kind != Kind.UNPRORATED));
    }

    private Asked change(Booking booking, @Nullable Bundle bundle, Act.Change wanted) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("effective_date", wanted.day().toString());
        WireJson.put(body, bundle, wanted.items(), house.catalogue().prices());
        body.put("proration", wanted.prorates() ? "prorate" : "none");
        // Asking for the same twice changes nothing, so that there is nothing to look for.
        return ask(booking, "/change", body, wanted, is -> false);
    }

    /** Whether more or less than one of anything in a plan was had: the documents do not say how much of it a change leaves. */
    private static boolean ownsMoreOf(Bundle bundle, JsonNode told) {
        for (JsonNode item : told.required("items")) {
            BigDecimal quantity = new BigDecimal(item.required("quantity").textValue());
            if (bundle.has(item.required("price").textValue()) && quantity.compareTo(BigDecimal.ONE) != 0) {
                return true;
            }
        }
        return false;
    }

    private Interval interval(List<Wanted> items) {
        return Objects.requireNonNull(
                        house.catalogue().prices().get(items.getFirst().price()))
                .interval();
    }

    private LocalDate changeDay(LocalDate start, LocalDate end, LocalDate today) {
        int days = (int) start.until(end, ChronoUnit.DAYS);
        return switch (draws.between(1, 10)) {
            case 1 -> start.plusDays(draws.between(0, days - 1));
            case 2 -> end;
            case 3 -> today.plusDays(draws.between(1, 50));
            case 4 -> today.plusDays(1);
            default -> today;
        };
    }

    /** Other quantities, one item more, one less, or quite others; all of the same interval. */
    private List<Wanted> otherItems(List<Wanted> items) {
        Interval interval = interval(items);
        if (draws.percent(40)) {
            return house.catalogue().drawItems(interval);
        }
        List<Wanted> others = new ArrayList<>();
        for (Wanted item : items) {
            boolean isLicence =
                    Objects.requireNonNull(house.catalogue().prices().get(item.price()))
                                    .meter()
                            == null;
            others.add(
                    isLicence && draws.percent(60)
                            ? new Wanted(item.price(), house.catalogue().drawQuantity())
                            : item);
        }
        if (others.size() > 1 && draws.percent(30)) {
            others.removeFirst();
        }
        return others;
    }
}
