package dev.valora.billing.subscription;

import static dev.valora.billing.subscription.SoldItems.MONTH;
import static dev.valora.billing.subscription.SoldItems.START;
import static dev.valora.billing.subscription.SoldItems.YEAR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.calendar.BillingInterval;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lives of a few changes, drawn at random; every day is asked. */
final class DrawnArrangementsTest {

    private static final int LIVES = 3_000;
    private static final int CHANGES = 7;
    private static final int DAYS = 800;
    private static final Lifetime BEGUN =
            new Lifetime(START, START.plusDays(15), OptionalInt.empty(), Intervals.of(MONTH), null);

    private long seed;
    private Random random = new Random();

    /**
     * A change as it was asked for, or a trial that ended early.
     *
     * @param items empty for a trial
     * @param after the subscription's life with it
     */
    private record Asked(String items, LocalDate day, Charging charging, Lifetime after) {

        SoldItems of(SoldItems sold) {
            return items.isEmpty()
                    ? sold.living(after)
                    : sold.with(new Arrangement(day, charging, SoldItems.wanted(items)), after);
        }

        boolean isReplacedBy(Asked later) {
            return !items.isEmpty() && !later.items.isEmpty() && !day.isBefore(later.day);
        }

        /** What was to begin with a period still does when it is asked for again. */
        Asked after(List<Asked> before) {
            return before.stream()
                    .filter(one -> !one.items.isEmpty() && one.day.equals(day))
                    .filter(one -> one.charging.isProrated() == charging.isProrated())
                    .reduce((earlier, later) -> later)
                    .map(one -> new Asked(items, day, one.charging, after))
                    .orElse(this);
        }

        @Override
        public String toString() {
            return (items.isEmpty() ? "no trial" : items) + " from " + day + " " + charging;
        }
    }

    @BeforeEach
    void printSeed() {
        seed = Long.getLong("valora.seed", System.nanoTime());
        random = new Random(seed);
        System.out.println("seed " + seed + "; again with -Dtest=DrawnArrangementsTest -Dvalora.seed=" + seed);
    }

    /** Whatever the quantities of two prices were on which days, and by which changes, each day is charged by one of each. */
    @Test
    void shouldChargeEachPriceOnceADayWhateverItsQuantitiesWere() {
        expectOfAll(isYearly -> (isYearly ? "y:%d z:%d" : "a:%d b:%d").formatted(quantity(), quantity()), life -> {
            SoldItems sold = sold(life);
            return days().filter(day -> !isOnceEach(sold.chargedOn(day)))
                    .map(day -> "on " + day + ": " + sold.chargedOn(day));
        });
    }

    private static boolean isOnceEach(List<String> charged) {
        return charged.size() == 2
                && charged.getFirst().charAt(0) != charged.getLast().charAt(0);
    }

    /** Whoever is replaced leaves nothing behind: not what lives, and not what is charged. */
    @Test
    void shouldBeAsIfWhatDidNotComeAboutHadNeverBeenAskedFor() {
        expectOfAll(this::someItems, life -> {
            SoldItems all = sold(life);
            List<Asked> kept = new ArrayList<>();
            for (Asked asked : life) {
                Asked next = asked.items().isEmpty() ? asked : asked.after(kept);
                kept.removeIf(earlier -> earlier.isReplacedBy(next));
                kept.add(next);
            }
            SoldItems without = sold(kept);
            return days().filter(day -> !all.chargedOn(day).equals(without.chargedOn(day))
                            || !all.livingOn(day).equals(without.livingOn(day)))
                    .map(day -> "on " + day + ": " + all.chargedOn(day) + " instead of " + without.chargedOn(day));
        });
    }

    /** What was asked for last lives from its day on, and is all that is charged when no period of the changes runs any more. */
    @Test
    void shouldLiveAndBeChargedAsWasAskedForLast() {
        expectOfAll(this::someItems, life -> {
            SoldItems sold = sold(life);
            Asked last = life.stream()
                    .filter(asked -> !asked.items().isEmpty())
                    .reduce((earlier, later) -> later)
                    .orElseThrow();
            List<String> wanted = Stream.of(last.items().split(" ")).sorted().toList();
            return days().filter(day -> !day.isBefore(last.day()))
                    .filter(day -> !sold.livingOn(day).equals(wanted)
                            || (!day.isBefore(last.day().plusYears(1))
                                    && !sold.chargedOn(day).equals(wanted)))
                    .map(day -> "on " + day + ": " + sold.chargedOn(day) + ", living " + sold.livingOn(day));
        });
    }

    private static SoldItems sold(List<Asked> life) {
        SoldItems sold = SoldItems.of("a:1 b:1", BEGUN);
        for (Asked asked : life) {
            sold = asked.of(sold);
        }
        return sold;
    }

    /** Draws lives and shows the shortest of those that are wrong, as far as it was wrong already. */
    private void expectOfAll(Function<Boolean, String> items, Function<List<Asked>, Stream<String>> wrong) {
        List<Asked> shortest = List.of();
        for (int i = 0; i < LIVES; i++) {
            List<Asked> life = drawn(items);
            boolean isWrong = wrong.apply(life).findAny().isPresent();
            while (isWrong
                    && life.size() > 1
                    && wrong.apply(withoutLast(life)).findAny().isPresent()) {
                life = withoutLast(life);
            }
            shortest = isWrong && (shortest.isEmpty() || life.size() < shortest.size()) ? life : shortest;
        }
        List<Asked> found = shortest;
        assertEquals(
                "",
                found.isEmpty() ? "" : wrong.apply(found).findFirst().orElse("nothing any more"),
                () -> "seed " + seed + ": " + found);
    }

    private static List<Asked> withoutLast(List<Asked> life) {
        return life.subList(0, life.size() - 1);
    }

    private List<Asked> drawn(Function<Boolean, String> items) {
        List<Asked> life = new ArrayList<>();
        Lifetime lifetime = BEGUN;
        LocalDate today = START;
        while (life.size() < CHANGES) {
            today = today.plusDays(random.nextInt(3) == 0 ? random.nextInt(12) : 0);
            boolean endsTrial = !life.isEmpty() && lifetime.isInTrial(today) && random.nextInt(4) == 0;
            Asked next = endsTrial
                    ? new Asked("", today, Charging.BY_DAYS, lifetime.withTrialUntil(today))
                    : change(items, lifetime, today);
            lifetime = next.after();
            life.add(next);
        }
        return life;
    }

    private Asked change(Function<Boolean, String> items, Lifetime before, LocalDate today) {
        LocalDate day = day(before, today);
        boolean isYearly = random.nextInt(5) == 0;
        BillingInterval interval = isYearly ? YEAR : MONTH;
        boolean isAnother = !before.intervals().before(day).on(day).equals(interval);
        Lifetime after = before.withIntervals(
                day.isAfter(today)
                        ? before.intervals().changedOn(day, interval)
                        : before.intervals().changedSince(day, interval));
        boolean liesAhead =
                day.isAfter(today) && after.periodContaining(day).start().equals(day);
        Charging unprorated = liesAhead ? Charging.WITH_PERIOD : Charging.AFTER_PERIOD;
        return new Asked(
                items.apply(isYearly), day, isAnother || random.nextBoolean() ? Charging.BY_DAYS : unprorated, after);
    }

    /** Today, a day ahead or one of the running period that is past. */
    private LocalDate day(Lifetime lifetime, LocalDate today) {
        return switch (random.nextInt(4)) {
            case 0 -> lifetime.periodContaining(today).start().plusDays(random.nextInt(20));
            case 1 -> today.plusDays(random.nextInt(20));
            default -> today;
        };
    }

    private String someItems(boolean isYearly) {
        List<String> prices = isYearly ? List.of("y", "z") : List.of("a", "b", "c", "x");
        List<String> some = new ArrayList<>();
        prices.stream().filter(price -> random.nextBoolean()).forEach(price -> some.add(price + ":" + quantity()));
        return some.isEmpty() ? prices.getFirst() + ":1" : String.join(" ", some);
    }

    private int quantity() {
        return 1 + random.nextInt(3);
    }

    private static Stream<LocalDate> days() {
        return START.datesUntil(START.plusDays(DAYS));
    }
}
