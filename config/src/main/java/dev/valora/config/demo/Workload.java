package dev.valora.config.demo;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The usage of the month, random-looking but the same for the same scale: what happened, and in which order it is sent.
 * Immutable; any thread.
 */
final class Workload {

    private static final long SEED = 20260101;

    /** One in so many events is a level of storage. */
    private static final int STORAGE_SHARE = 10;

    /** One in so many events is sent twice. */
    private static final int AGAIN_SHARE = 50;

    /** One in so many events happened after the month's end. */
    private static final int LATER_SHARE = 1_000;

    /** The most calls of one event, for small, medium and large customers. */
    private static final int[] CALLS_MAX = {60, 250, 1_200};

    /** The highest level in MB, for small, medium and large customers. */
    private static final int[] STORAGE_MAX = {20_000, 150_000, 900_000};

    private final List<UsageEvent> events;
    private final int[] sent;

    private Workload(List<UsageEvent> events, int[] sent) {
        this.events = List.copyOf(events);
        this.sent = sent;
    }

    static Workload of(DemoScale scale) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] sizes = new int[scale.customers()];
        for (int customer = 0; customer < sizes.length; customer++) {
            sizes[customer] = size(random.nextInt(100));
        }
        List<UsageEvent> events = new ArrayList<>(scale.events());
        for (int number = 0; number < scale.events(); number++) {
            events.add(event(number, random, sizes));
        }
        return new Workload(events, order(scale.events(), random));
    }

    private static int size(int percent) {
        return percent < 50 ? 0 : percent < 85 ? 1 : 2;
    }

    private static UsageEvent event(int number, SplittableRandom random, int[] sizes) {
        int customer = random.nextInt(sizes.length);
        int size = sizes[customer];
        boolean isStorage = random.nextInt(STORAGE_SHARE) == 0;
        BigDecimal value = isStorage
                ? BigDecimal.valueOf(random.nextLong(1, STORAGE_MAX[size]), 3)
                : BigDecimal.valueOf(random.nextLong(1, CALLS_MAX[size]));
        boolean isLater = number % LATER_SHARE == LATER_SHARE - 1;
        Instant from = isLater ? Month.END : Month.START;
        Instant to = isLater ? Month.LAST_EVENT : Month.END;
        Instant timestamp =
                from.plusMillis(random.nextLong(Duration.between(from, to).toMillis()));
        return new UsageEvent(number, customer, isStorage, value.stripTrailingZeros(), timestamp);
    }

    /** Every event once and some twice, shuffled. */
    private static int[] order(int events, SplittableRandom random) {
        int[] order = new int[events + events / AGAIN_SHARE];
        for (int i = 0; i < order.length; i++) {
            order[i] = i < events ? i : (i - events) * AGAIN_SHARE;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return order;
    }

    /** Each event once, by number. */
    List<UsageEvent> events() {
        return events;
    }

    /** How many are sent, those that are sent again included. */
    int sends() {
        return sent.length;
    }

    /** How many are sent a second time. */
    int duplicates() {
        return sent.length - events.size();
    }

    /** How many happened after the month's end. */
    long afterTheMonth() {
        return events.stream()
                .filter(event -> !event.timestamp().isBefore(Month.END))
                .count();
    }

    /** The events to be sent from one place of the order to another. */
    List<UsageEvent> sends(int from, int to) {
        List<UsageEvent> part = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            part.add(events.get(sent[i]));
        }
        return part;
    }
}
