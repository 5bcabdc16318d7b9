package dev.valora.bench.year;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.client.Answer;
import dev.valora.bench.year.oracle.Policy;
import dev.valora.bench.year.oracle.Price;
import dev.valora.bench.year.oracle.Sold;
import dev.valora.bench.year.oracle.Version;
import dev.valora.bench.year.oracle.Wanted;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Whoever sells for one organization: new subscriptions, what is asked of old ones, new versions of prices. One thread draws. */
final class Desk {

    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final String REQUEST = "request";
    /** Of a subscription, in turns of the clock. */
    private static final int ASKED_ONCE_IN = 45;

    /** Of one that was changed on the day. */
    private static final int REPENTED_ONCE_IN = 2;

    private static final int VERSION_ONCE_IN = 40;
    private static final int POLICY_ONCE_IN = 200;
    private static final long QUARTER_SECONDS = 900;
    /** In hundredths of the year; later nobody comes. */
    private static final int SELLING_PERCENT = 65;

    private final House house;
    private final YearServer server;
    private final Draws draws;
    private final YearPlan plan;
    private final Acting acting;
    private final Using using;
    private int requests;

    Desk(House house, YearServer server, Draws draws, YearPlan plan) {
        this.house = house;
        this.server = server;
        this.draws = draws;
        this.plan = plan;
        this.acting = new Acting(house, server, draws, plan.kinds());
        this.using = new Using(house, server, draws, plan.kinds());
    }

    /** Requests of now, one a customer at most, so that the order of their answers does not matter. */
    List<Callable<Answer>> draw(int day, Instant now, int houses) throws InterruptedException {
        if (plan.kinds().contains(Kind.VERSION) && draws.onceIn(VERSION_ONCE_IN)) {
            addVersion(now);
        }
        // Not where days begin, so that it is plain which cycles open later.
        boolean isOnTheQuarter = now.getEpochSecond() % QUARTER_SECONDS == 0;
        if (plan.kinds().contains(Kind.POLICY) && !isOnTheQuarter && draws.onceIn(POLICY_ONCE_IN)) {
            house.agreeOn(
                    new Policy(now, draws.between(0, 8), draws.between(0, 30), draws.percent(30), draws.percent(30)));
        }
        List<Callable<Answer>> calls = new ArrayList<>();
        Set<String> busy = new HashSet<>();
        for (Booking booking : house.bookings()) {
            int onceIn = acting.canUndo(booking, now) ? REPENTED_ONCE_IN : ASKED_ONCE_IN;
            if (draws.onceIn(onceIn) && busy.add(booking.customer())) {
                Asked asked = acting.draw(booking, now);
                if (asked != null) {
                    calls.add(call(asked));
                }
            }
        }
        if (house.bookings().size() < shouldBeSold(day, houses)) {
            calls.add(sell(now, busy));
        }
        return calls;
    }

    private int shouldBeSold(int day, int houses) {
        int inAll = (plan.subscriptions() + houses - 1) / houses;
        int lastDay = Math.max(1, plan.days() * SELLING_PERCENT / 100);
        return (int) Math.min(inAll, 1 + (long) inAll * day / lastDay);
    }

    private String nextKey() {
        return house.name() + "-request-" + requests++;
    }

    private Callable<Answer> call(Asked asked) {
        String key = nextKey();
        return () -> {
            Answer answer = server.post(house.client(), asked.path(), asked.body(), key);
            for (int again = 1; YearServer.isCutOff(answer) && !wasDone(asked); again++) {
                answer = server.post(house.client(), asked.path(), asked.body(), key + "-" + again);
            }
            if (answer.status() == OK || answer.status() == CREATED || YearServer.isCutOff(answer)) {
                asked.booking().add(asked.act());
            } else {
                house.refused(answer);
            }
            return answer;
        };
    }

    private boolean wasDone(Asked asked) throws InterruptedException {
        house.wasCutOff();
        Answer now = server.ask(() -> house.client().ask(asked.doubt().path()));
        return now.status() == OK && asked.doubt().isDone().test(now.body());
    }

    private Callable<Answer> sell(Instant now, Set<String> busy) throws InterruptedException {
        String customer = drawCustomer(busy);
        Offer offer = drawOffer(customer, now);
        Sold sold = offer.sold();
        Bundle bundle = offer.bundle();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("customer", customer);
        WireJson.put(body, bundle, sold.items(), house.catalogue().prices());
        body.put("start_date", sold.start().toString());
        if (bundle == null || bundle.trialDays() != sold.trialDays()) {
            body.put("trial_days", sold.trialDays());
        }
        if (sold.anchorDay() != null) {
            body.put("anchor_day", sold.anchorDay());
        }
        String key = nextKey();
        body.put("metadata", Map.of(REQUEST, key));
        return () -> {
            Answer answer = server.post(house.client(), "/v1/subscriptions", body, key);
            for (int again = 1; YearServer.isCutOff(answer); again++) {
                house.wasCutOff();
                JsonNode made = find(customer, key);
                answer = made == null
                        ? server.post(house.client(), "/v1/subscriptions", body, key + "-" + again)
                        : new Answer(CREATED, made);
            }
            if (answer.status() == CREATED) {
                book(answer.body(), sold);
            } else {
                house.refused(answer);
            }
            return answer;
        };
    }

    /** The customer's subscription that a request made; null when it made none. */
    private @Nullable JsonNode find(String customer, String request) throws InterruptedException {
        for (JsonNode one : server.ask(() -> house.client().list("/v1/subscriptions?customer=" + customer))) {
            if (request.equals(one.required("metadata").path(REQUEST).textValue())) {
                return one;
            }
        }
        return null;
    }

    private void book(JsonNode subscription, Sold sold) {
        synchronized (house) {
            house.bookings().add(new Booking(subscription.required("id").textValue(), sold));
        }
    }

    /** Mostly a new one; sometimes one who has a subscription already. */
    private String drawCustomer(Set<String> busy) throws InterruptedException {
        if (!house.customers().isEmpty() && draws.percent(15)) {
            String known = draws.oneOf(house.customers());
            if (busy.add(known)) {
                return known;
            }
        }
        String customer = house.name() + "-customer-" + house.customers().size();
        server.post(house.client(), "/v1/customers", Map.of("key", customer, "name", customer), nextKey())
                .expect(CREATED);
        house.customers().add(customer);
        busy.add(customer);
        return customer;
    }

    /** What is sold, by a plan or without one. */
    private record Offer(Sold sold, @Nullable Bundle bundle) {}

    private Offer drawOffer(String customer, Instant now) {
        LocalDate today = house.dayOf(now);
        LocalDate start = switch (draws.between(1, 8)) {
            case 1 -> today.plusDays(draws.between(1, 40));
            case 2 -> today.minusDays(draws.between(1, 60));
            default -> today;
        };
        int trialDays = draws.percent(25) ? draws.oneOf(List.of(1, 7, 14, 30)) : 0;
        var interval = house.catalogue().drawInterval();
        Integer anchor =
                interval.months() > 0 && draws.percent(45) ? draws.oneOf(List.of(1, 15, 28, 29, 30, 31)) : null;
        if (plan.kinds().contains(Kind.PLAN) && draws.percent(25)) {
            Bundle bundle = house.catalogue().drawBundle(interval);
            int days = draws.percent(60) ? bundle.trialDays() : trialDays;
            return new Offer(new Sold(customer, now, start, days, anchor, bundle.items(), List.of()), bundle);
        }
        List<Wanted> items = house.catalogue().drawItems(interval);
        return new Offer(new Sold(customer, now, start, trialDays, anchor, items, List.of()), null);
    }

    private void addVersion(Instant now) throws InterruptedException {
        Map<String, Price> prices = house.catalogue().prices();
        Price price = draws.oneOf(List.copyOf(prices.values()));
        LocalDate from = house.dayOf(now).plusDays(draws.between(-10, 45));
        boolean isTaken =
                price.versions().stream().anyMatch(version -> version.from().equals(from));
        if (isTaken) {
            return;
        }
        boolean changesModel = plan.kinds().contains(Kind.MODEL) && draws.percent(40);
        Version version = house.catalogue().nextVersion(price, from, changesModel);
        Answer answer = server.post(
                house.client(), "/v1/prices/" + price.code() + "/versions", WireJson.version(version), nextKey());
        if (answer.status() == CREATED) {
            prices.put(price.code(), price.with(version));
        } else {
            house.refused(answer);
        }
    }

    /** Requests that send usage and take some back. */
    List<Callable<Answer>> use(Instant now) {
        List<Callable<Answer>> calls = new ArrayList<>(using.send(now));
        if (draws.percent(35)) {
            Callable<Answer> takeBack = using.takeBack(now);
            if (takeBack != null) {
                calls.add(takeBack);
            }
        }
        return calls;
    }
}
