package dev.valora.bench.year;

import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.year.oracle.Meter;
import dev.valora.bench.year.oracle.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Draws usage of an organization's customers, sends it, and takes some of it back. One thread draws. */
final class Using {

    private static final int EVENTS_A_REQUEST = 25;
    private static final int LATE_DAYS_MAX = 85;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int UNAVAILABLE = 503;

    private final House house;
    private final YearServer server;
    private final Draws draws;
    private final Set<Kind> kinds;
    private long made;

    Using(House house, YearServer server, Draws draws, Set<Kind> kinds) {
        this.house = house;
        this.server = server;
        this.draws = draws;
        this.kinds = kinds;
    }

    /** Calls that send some events of now, and what was meant to be late; the books are written as they are answered. */
    List<Callable<Answer>> send(Instant now) {
        List<Usage> events = new ArrayList<>();
        for (String customer : house.customers()) {
            if (draws.percent(45)) {
                events.add(draw(customer, now));
            }
        }
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int from = 0; from < events.size(); from += EVENTS_A_REQUEST) {
            List<Usage> some = List.copyOf(events.subList(from, Math.min(events.size(), from + EVENTS_A_REQUEST)));
            some.forEach(this::book);
            calls.add(() -> post(some));
        }
        return calls;
    }

    private void book(Usage event) {
        house.usage()
                .computeIfAbsent(event.customer(), none -> new ArrayList<>())
                .add(event);
    }

    private Answer post(List<Usage> events) throws InterruptedException {
        byte[] body = ApiClient.json(
                Map.of("events", events.stream().map(WireJson::event).toList()));
        while (true) {
            Answer answer = server.ask(() -> house.client().postUsage(body));
            if (answer.status() != UNAVAILABLE) {
                answer.expect(OK);
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Usage draw(String customer, Instant now) {
        Meter meter = draws.oneOf(List.of(Catalogue.CALLS, Catalogue.CALLS, Catalogue.JOBS, Catalogue.PEAK));
        BigDecimal value = meter.equals(Catalogue.JOBS) ? BigDecimal.ONE : drawValue();
        Map<String, String> properties = switch (draws.between(1, 3)) {
            case 1 -> Map.of(Catalogue.REGION, "eu");
            case 2 -> Map.of(Catalogue.REGION, "us");
            default -> Map.of();
        };
        String key = house.name() + "-" + made++;
        return new Usage(key, customer, meter.code(), value, drawTime(now), properties, now, null);
    }

    private BigDecimal drawValue() {
        return kinds.contains(Kind.NEGATIVE) && draws.percent(6)
                ? draws.decimal(-30_000, -1, 3)
                : draws.decimal(1, 25_000, draws.between(2, 3));
    }

    /** Mostly of the last hours, some on the edge of a day, some long ago. */
    private Instant drawTime(Instant now) {
        if (draws.percent(8)) {
            LocalDate today = house.dayOf(now);
            Instant midnight = today.atStartOfDay(house.terms().zone()).toInstant();
            Instant edge = draws.percent(50) ? midnight : midnight.minus(1, ChronoUnit.MICROS);
            return edge.isAfter(now) ? now : edge;
        }
        boolean isLate = kinds.contains(Kind.LATE_USAGE) && draws.percent(7);
        Duration ago = isLate ? Duration.ofDays(draws.between(1, LATE_DAYS_MAX)) : Duration.ofHours(9);
        return now.minus(draws.below(TimeUnit.NANOSECONDS.toMicros(ago.toNanos())), ChronoUnit.MICROS);
    }

    /** A call that takes back an event that was acknowledged; null when there is none to take. */
    @Nullable
    Callable<Answer> takeBack(Instant now) {
        if (!kinds.contains(Kind.VOID_USAGE) || house.customers().isEmpty()) {
            return null;
        }
        List<Usage> events = house.usage().getOrDefault(draws.oneOf(house.customers()), List.of());
        if (events.isEmpty()) {
            return null;
        }
        int recent = Math.max(0, events.size() - draws.between(1, 100));
        int index = draws.between(recent, events.size() - 1);
        Usage event = events.get(index);
        if (event.voided() != null || !event.accepted().isBefore(now)) {
            return null;
        }
        events.set(index, event.voidedAt(now));
        return () -> takeBack(event);
    }

    private Answer takeBack(Usage event) throws InterruptedException {
        while (true) {
            Answer answer = server.ask(() -> house.client().voidEvent(event.key(), "drawn"));
            if (answer.status() != UNAVAILABLE) {
                answer.expect(answer.status() == CREATED ? CREATED : OK);
                return answer;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
