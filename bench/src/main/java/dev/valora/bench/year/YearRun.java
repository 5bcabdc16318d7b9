package dev.valora.bench.year;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.client.Answer;
import dev.valora.bench.client.InFlight;
import dev.valora.bench.server.Verifying;
import dev.valora.bench.year.oracle.Policy;
import dev.valora.bench.year.oracle.Terms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * A year of several organizations, turned a few hours at a time: each time the clock is turned, what is asked is asked, and what
 * was used is sent. One thread drives it; calls are made by a few at a time.
 */
final class YearRun implements AutoCloseable {

    /** How often the clock is turned each day. */
    static final int TURNS_A_DAY = 3;

    private static final int CALLS_AT_ONCE = 8;
    private static final int EVENT_AGE_DAYS = 90;
    private static final int TURN_SECONDS = 86_400 / TURNS_A_DAY;
    private static final long SECONDS_AN_HOUR = 3_600;

    private final YearPlan plan;
    private final YearServer server;
    private final Draws draws;
    private final Kills kills;
    private final List<House> houses = new ArrayList<>();
    private final List<Desk> desks = new ArrayList<>();
    private Instant now;

    private YearRun(YearPlan plan, YearServer server) {
        this.plan = plan;
        this.server = server;
        this.draws = new Draws(plan.seed());
        this.kills = new Kills(plan, server);
        this.now = plan.firstDay().atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Starts a server on a new data directory, and opens the organizations. */
    static YearRun start(Path data, YearPlan plan) throws InterruptedException {
        Instant begin = plan.firstDay().atStartOfDay(ZoneOffset.UTC).toInstant();
        YearServer server = YearServer.start(data, begin);
        YearRun run = new YearRun(plan, server);
        try {
            run.open("utc", "USD", terms("UTC", 2, new Policy(Instant.MIN, 1, 0, false, false)));
            run.open("berlin", "EUR", terms("Europe/Berlin", 2, new Policy(Instant.MIN, 2, 14, false, true)));
            run.open("new-york", "JPY", terms("America/New_York", 0, new Policy(Instant.MIN, 1, 30, true, false)));
            run.open("kolkata", "KWD", terms("Asia/Kolkata", 3, new Policy(Instant.MIN, 6, 7, false, false)));
            run.open("santiago", "USD", terms("America/Santiago", 2, new Policy(Instant.MIN, 0, 10, true, true)));
            return run;
        } catch (RuntimeException | InterruptedException e) {
            run.close();
            throw e;
        }
    }

    private static Terms terms(String zone, int exponent, Policy policy) {
        return new Terms(ZoneId.of(zone), exponent, EVENT_AGE_DAYS, List.of(policy));
    }

    private void open(String name, String currency, Terms terms) throws InterruptedException {
        House house = House.open(server, name, currency, terms, draws);
        houses.add(house);
        desks.add(new Desk(house, server, draws, plan));
    }

    /** Lives one day. */
    void day(int number) throws InterruptedException {
        LocalDate day = plan.firstDay().plusDays(number);
        TreeSet<Integer> seconds = new TreeSet<>();
        for (int turn = 0; turn < TURNS_A_DAY; turn++) {
            int second = turn * TURN_SECONDS + (int) draws.below(TURN_SECONDS);
            seconds.add(draws.percent(25) ? second - second % (int) SECONDS_AN_HOUR : second);
        }
        for (int second : seconds) {
            Instant next = day.atTime(LocalTime.ofSecondOfDay(second)).toInstant(ZoneOffset.UTC);
            if (next.isAfter(now)) {
                turn(number, next);
            }
        }
    }

    private void turn(int day, Instant next) throws InterruptedException {
        kills.strikeMaybe(day, Kills.Phase.TURN, draws);
        server.turnTo(next);
        now = next;
        server.settle();
        List<Callable<Answer>> requests = new ArrayList<>();
        for (Desk desk : desks) {
            requests.addAll(desk.draw(day, now, houses.size()));
        }
        kills.strikeMaybe(day, Kills.Phase.ASK, draws);
        InFlight.all(CALLS_AT_ONCE, requests);
        server.settle();
        List<Callable<Answer>> usage = new ArrayList<>();
        for (Desk desk : desks) {
            usage.addAll(desk.use(now));
        }
        kills.strikeMaybe(day, Kills.Phase.USE, draws);
        InFlight.all(CALLS_AT_ONCE, usage);
        server.settle();
    }

    /** Compares all invoices there are with those there must be, once all that is due by now is done. */
    Judgement judge() throws InterruptedException {
        server.turnTo(now);
        Judgement judgement = new Judgement();
        for (House house : houses) {
            List<JsonNode> invoices = server.ask(() -> house.client().list("/v1/invoices"));
            List<JsonNode> subscriptions = server.ask(() -> house.client().list("/v1/subscriptions"));
            judgement.judge(house, subscriptions, invoices, now);
        }
        return judgement;
    }

    /** The organizations, with all that is known of them. */
    List<House> houses() {
        return houses;
    }

    /** How often the server was killed. */
    int kills() {
        return server.kills();
    }

    /** How many subscriptions there are. */
    int subscriptions() {
        return houses.stream().mapToInt(house -> house.bookings().size()).sum();
    }

    /** How many events were acknowledged. */
    int events() {
        return houses.stream()
                .flatMap(house -> house.usage().values().stream())
                .mapToInt(List::size)
                .sum();
    }

    /** What was done and what was refused, by kind. */
    Map<String, Integer> asked() {
        Map<String, Integer> asked = new TreeMap<>();
        for (House house : houses) {
            house.refusals().forEach((what, times) -> asked.merge(what, times, Integer::sum));
            for (Booking booking : house.bookings()) {
                booking.sold().acts().forEach(act -> asked.merge(act.getClass().getSimpleName(), 1, Integer::sum));
            }
        }
        return asked;
    }

    /** Stops the server as an operator would, and has everything verified. */
    void verify(Path data) throws IOException, InterruptedException {
        server.stop();
        Map<String, String> turned = Map.of("VALORA_CLOCK", "manual");
        Verifying.journal(data, turned);
        Verifying.invoices(data, turned);
    }

    @Override
    public void close() {
        houses.forEach(House::close);
        server.close();
    }
}
