package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.subscription.ItemChange.Effect;
import dev.valora.billing.subscription.ItemChange.Wanted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items of January 1; on the 10th others without proration, on the 20th others with it. */
final class ItemChangeTest {

    private static final LocalDate START = LocalDate.parse("2026-01-01");
    private static final BillingInterval MONTH = new BillingInterval(BillingInterval.Unit.MONTH, 1);
    private static final BillingInterval YEAR = new BillingInterval(BillingInterval.Unit.YEAR, 1);
    private static final Lifetime MONTHLY = new Lifetime(START, null, OptionalInt.empty(), Intervals.of(MONTH), null);
    private static final int LIVES = 3_000;
    private static final Effect UNPRORATED = effect("2026-01-10", "2026-02-01", false);

    @ParameterizedTest
    @CsvSource({
        // what replaced it is kept: it stays charged until that is
        "a,      b,       b,       false, a 01-01/02-01 b 02-01/-",
        "a,      b,       b c,     false, a 01-01/02-01 b 02-01/- c 01-20/-",
        // what replaced it is replaced itself, or it comes back
        "a,      b,       c,       false, a 01-01/01-20 b 02-01/02-01 c 01-20/-",
        "a,      b,       a,       false, a 01-01/01-20 b 02-01/02-01 a 01-20/-",
        // nothing replaced it
        "a x,    x,       x,       false, a 01-01/02-01 x 01-01/-",
        "a x,    x,       x c,     false, a 01-01/02-01 x 01-01/- c 01-20/-",
        "a x,    x,       c,       false, a 01-01/02-01 x 01-01/01-20 c 01-20/-",
        // another quantity of the same price is what replaced it, whatever else was bought
        "a:2 x,  a:5 y,   a:5 z,   false, a 01-01/02-01 x 01-01/01-20 a 02-01/- y 02-01/02-01 z 01-20/-",
        "a:2 x,  a:5 y,   a:7 y,   false, a 01-01/01-20 x 01-01/02-01 a 02-01/02-01 y 02-01/- a 01-20/-",
        // periods begin anew
        "a,      b,       c,       true,  a 01-01/01-20 b 02-01/02-01 c 01-20/-",
        "a x,    x,       c,       true,  a 01-01/01-20 x 01-01/01-20 c 01-20/-",
    })
    void shouldChargeWhatEndedUntilWhatFollowsIsCharged(
            String first, String then, String last, boolean anotherInterval, String charged) {
        List<Item> items = bought(first, then);
        Effect prorated = effect("2026-01-20", "2026-01-20", anotherInterval);
        assertEquals(
                charged, charged(ItemChange.of(items, wanted(last), prorated).applyTo(items)));
    }

    @ParameterizedTest
    @CsvSource({
        // b was to begin on the 20th and never does: nobody is charged for it, and a goes on to the end of the period
        "a,   b,   2026-01-15, 2026-02-01, c,   a 01-01/02-01 b 01-20/01-20 c 02-01/-",
        "a,   b,   2026-01-15, 2026-01-15, c,   a 01-01/01-15 b 01-20/01-20 c 01-15/-",
        "a,   b,   2026-01-15, 2026-02-01, a,   a 01-01/- b 01-20/01-20",
        "a,   a b, 2026-01-15, 2026-02-01, a b, a 01-01/- b 01-20/01-20 b 02-01/-",
        // what was arranged for the day itself is replaced: a is the same item as before, with its tiers
        "a,   b,   2026-01-20, 2026-01-20, a,   a 01-01/- b 01-20/01-20",
        "a x, b,   2026-01-20, 2026-01-20, a b, a 01-01/- x 01-01/01-20 b 01-20/-",
    })
    void shouldReplaceWhatWasArrangedForTheDayOrLater(
            String first, String arranged, String day, String chargedFrom, String last, String charged) {
        List<Item> items = bought(first);
        items = ItemChange.of(items, wanted(arranged), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        Effect replaced = effect(day, chargedFrom, false);
        assertEquals(
                charged, charged(ItemChange.of(items, wanted(last), replaced).applyTo(items)));
    }

    /** On the 10th others without proration, on the 20th others at once; and then, of the 15th, others still. */
    @ParameterizedTest
    @CsvSource({
        // what cut a on the 20th does not come about: b cuts it now, or goes on and is charged when a is not any more
        "a,   b,     c,     2026-01-15, d,   a 01-01/01-15 b 02-01/02-01 c 01-20/01-20 d 01-15/-",
        "a,   b,     c,     2026-01-15, b,   a 01-01/02-01 b 02-01/- c 01-20/01-20",
        "a:2, a:5,   c,     2026-01-15, a:9, a 01-01/01-15 a 02-01/02-01 c 01-20/01-20 a 01-15/-",
        "a x, b y,   c,     2026-01-15, b,   a 01-01/02-01 x 01-01/02-01 b 02-01/- y 02-01/02-01 c 01-20/01-20",
        // without proration both are charged on to the end of the period
        "a,   b,     c,     2026-02-01, d,   a 01-01/02-01 b 02-01/02-01 c 01-20/01-20 d 02-01/-",
    })
    void shouldChargeAsBeforeAChangeThatIsReplacedByOneOfAnEarlierDay(
            String first, String then, String replaced, String chargedFrom, String last, String charged) {
        List<Item> items = bought(first, then);
        Effect effect = effect("2026-01-15", chargedFrom, false);
        assertEquals(charged, charged(replaced(items, replaced, effect, last)));
    }

    /** On the 10th b without proration, from February 1 on c, and on the 20th c at once. */
    @Test
    void shouldCutWhatEndedWhenWhatFollowsItWasToEndBeforeItIsCharged() {
        List<Item> items = bought("a");
        items = ItemChange.of(items, wanted("b"), UNPRORATED).applyTo(items);
        items = ItemChange.of(items, wanted("c"), effect("2026-02-01", "2026-02-01", false))
                .applyTo(items);
        items = ItemChange.of(items, wanted("c"), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        assertEquals("a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 c 01-20/-", charged(items));
    }

    /** On the 10th others without proration, on the 20th others at once; and then, on the 20th, others still. */
    @ParameterizedTest
    @CsvSource({
        // what cut a on the 20th does not come about: b goes on and is charged when a is not any more, or another cuts
        // a now
        "a,   b,     c,     2026-01-20, b,   a 01-01/02-01 b 02-01/- c 01-20/01-20",
        "a,   b,     c,     2026-01-20, a,   a 01-01/01-20 b 02-01/02-01 c 01-20/01-20 a 01-20/-",
        "a,   b,     c,     2026-01-20, d,   a 01-01/01-20 b 02-01/02-01 c 01-20/01-20 d 01-20/-",
        "a,   b,     c,     2026-01-20, b c, a 01-01/02-01 b 02-01/- c 01-20/-",
        "a,   b,     c,     2026-01-20, c d, a 01-01/01-20 b 02-01/02-01 c 01-20/- d 01-20/-",
        "a:2, a:5,   c,     2026-01-20, a:9, a 01-01/01-20 a 02-01/02-01 c 01-20/01-20 a 01-20/-",
        "a:2, a:5,   a:7,   2026-01-20, a:5, a 01-01/02-01 a 02-01/- a 01-20/01-20",
        "a x, b y,   c,     2026-01-20, b,   a 01-01/02-01 x 01-01/02-01 b 02-01/- y 02-01/02-01 c 01-20/01-20",
        "a x, x,     c,     2026-01-20, x,   a 01-01/02-01 x 01-01/- c 01-20/01-20",
        // without proration what began on the day is charged to the end of the period, and then what comes back
        "a,   b,     c,     2026-02-01, b,   a 01-01/01-20 b 02-01/- c 01-20/02-01",
        "a,   b,     c,     2026-02-01, d,   a 01-01/01-20 b 02-01/02-01 c 01-20/02-01 d 02-01/-",
        "a,   b,     c,     2026-02-01, b c, a 01-01/01-20 b 02-01/- c 01-20/-",
    })
    void shouldChargeAsBeforeAChangeThatIsReplacedByOneOfItsOwnDay(
            String first, String then, String replaced, String chargedFrom, String last, String charged) {
        List<Item> items = bought(first, then);
        Effect effect = effect("2026-01-20", chargedFrom, false);
        assertEquals(charged, charged(replaced(items, replaced, effect, last)));
    }

    /** On the 10th and on the 20th others without proration, and then, on the 20th, others at once. */
    @ParameterizedTest
    @CsvSource({
        "a,   b,   c,   b,   a 01-01/02-01 b 02-01/- c 02-01/02-01",
        "a,   b,   c,   d,   a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 d 01-20/-",
        "a:2, a:5, c,   c d, a 01-01/02-01 a 02-01/02-01 c 02-01/- d 01-20/-",
        "a:2, a:5, a:7, a:5, a 01-01/02-01 a 02-01/- a 02-01/02-01",
        // the same again changes nothing
        "a,   b,   c,   c,   a 01-01/02-01 b 02-01/02-01 c 02-01/-",
        "a x, b x, x,   x,   a 01-01/02-01 x 01-01/- b 02-01/02-01",
    })
    void shouldChargeAsBeforeAnUnproratedChangeThatIsReplacedByOneOfItsOwnDay(
            String first, String then, String replaced, String last, String charged) {
        List<Item> items = bought(first, then);
        items = ItemChange.of(items, wanted(replaced), effect("2026-01-20", "2026-02-01", false))
                .applyTo(items);
        items = ItemChange.of(items, wanted(last), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        assertEquals(charged, charged(items));
    }

    /** On the 10th others without proration, on the 20th a yearly y; and then, of a day up to the 20th, others of a month. */
    @ParameterizedTest
    @CsvSource({
        "a,   b, 2026-01-20, b, a 01-01/02-01 b 02-01/- y 01-20/01-20",
        "a,   b, 2026-01-20, c, a 01-01/01-20 b 02-01/02-01 y 01-20/01-20 c 01-20/-",
        "a,   b, 2026-01-15, b, a 01-01/02-01 b 02-01/- y 01-20/01-20",
        // nothing was bought where a was dropped: it is charged to the end of its period again
        "a x, x, 2026-01-20, x, a 01-01/02-01 x 01-01/- y 01-20/01-20",
        "a x, x, 2026-01-15, x, a 01-01/02-01 x 01-01/- y 01-20/01-20",
        "a x, x, 2026-01-15, c, a 01-01/02-01 x 01-01/01-15 y 01-20/01-20 c 01-15/-",
    })
    void shouldChargeAsBeforeAnotherIntervalThatIsReplacedByTheOneBefore(
            String first, String then, String day, String last, String charged) {
        List<Item> items = bought(first, then);
        items = ItemChange.of(items, wanted("y"), effect("2026-01-20", "2026-01-20", true))
                .applyTo(items);
        Lifetime yearly = MONTHLY.withIntervals(MONTHLY.intervals().changedOn(LocalDate.parse("2026-01-20"), YEAR));
        LocalDate date = LocalDate.parse(day);
        items = ItemChange.of(items, wanted(last), new Effect(date, date, yearly, MONTH))
                .applyTo(items);
        assertEquals(charged, charged(items));
    }

    /** On the 10th and on the 15th others without proration, and then, on the 20th, others at once. */
    @ParameterizedTest
    @CsvSource({
        // nothing replaced a, whatever replaced what was bought beside it
        "a x:1, x:2,   c,     d,   a 01-01/02-01 x 01-01/01-20 x 02-01/02-01 c 02-01/02-01 d 01-20/-",
        "a x:1, x:2,   c,     c d, a 01-01/02-01 x 01-01/02-01 x 02-01/02-01 c 02-01/- d 01-20/-",
        // c replaced what had replaced a
        "a,     b,     c,     d,   a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 d 01-20/-",
    })
    void shouldCutOnlyWhatWasReplacedByWhatEnds(String first, String then, String after, String last, String charged) {
        List<Item> items = bought(first, then);
        items = ItemChange.of(items, wanted(after), effect("2026-01-15", "2026-02-01", false))
                .applyTo(items);
        items = ItemChange.of(items, wanted(last), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        assertEquals(charged, charged(items));
    }

    /** On the 20th others at once, and then, on the 20th, others still without proration. */
    @ParameterizedTest
    @CsvSource({
        "a,       b,       c,       a 01-01/01-20 b 01-20/02-01 c 02-01/-",
        // what is back is charged as if it had never gone, and what had replaced it is not
        "a,       b,       a,       a 01-01/- b 01-20/01-20",
        "a x,     b,       a,       a 01-01/- x 01-01/01-20 b 01-20/01-20",
        "a:2,     a:5,     a:2,     a 01-01/- a 01-20/01-20",
        "a:2 x:2, a:5 x:5, a:2 x:9, a 01-01/- x 01-01/01-20 a 01-20/01-20 x 01-20/02-01 x 02-01/-",
        "a:2 x,   a:5,     x,       a 01-01/01-20 x 01-01/- a 01-20/02-01",
    })
    void shouldNotChargeWhatBeganOnTheDayBesideWhatComesBack(
            String first, String replaced, String last, String charged) {
        Effect effect = effect("2026-01-20", "2026-02-01", false);
        assertEquals(charged, charged(replaced(bought(first), replaced, effect, last)));
    }

    /** Whatever one price's quantities were on which days, and by which changes, each day is charged by one of them. */
    @Test
    void shouldChargeEachPriceOnceADayWhateverItsQuantitiesWere() {
        long seed = Long.getLong("valora.seed", System.nanoTime());
        System.out.println("seed " + seed + "; again with -Dtest=ItemChangeTest -Dvalora.seed=" + seed);
        Random random = new Random(seed);
        List<String> shortest = List.of();
        for (int life = 0; life < LIVES; life++) {
            List<String> wrong = chargedOtherThanOnce(random);
            shortest = !wrong.isEmpty() && (shortest.isEmpty() || wrong.size() < shortest.size()) ? wrong : shortest;
        }
        assertEquals("", String.join("\n", shortest), () -> "seed " + seed);
    }

    /** A life of a few changes, the same for all prices, and what is wrong with it. */
    private static List<String> chargedOtherThanOnce(Random random) {
        List<String> story = new ArrayList<>();
        Lifetime lifetime = MONTHLY;
        List<Item> items = bought("a:1 b:1");
        LocalDate today = START;
        for (int change = 0; change < 7; change++) {
            today = today.plusDays(random.nextInt(3) == 0 ? random.nextInt(12) : 0);
            LocalDate begin = lifetime.periodContaining(today).start();
            LocalDate day = random.nextInt(4) == 0
                    ? begin.plusDays(random.nextInt(20))
                    : random.nextInt(3) == 0 ? today.plusDays(random.nextInt(20)) : today;
            boolean isYearly = random.nextInt(5) == 0;
            BillingInterval interval = isYearly ? YEAR : MONTH;
            boolean prorates = !lifetime.intervals().on(day).equals(interval) || random.nextBoolean();
            String prices = isYearly ? "y:%d z:%d" : "a:%d b:%d";
            String last = prices.formatted(1 + random.nextInt(3), 1 + random.nextInt(3));
            Intervals intervals = day.isAfter(today)
                    ? lifetime.intervals().changedOn(day, interval)
                    : lifetime.intervals().changedSince(day, interval);
            Lifetime after = lifetime.withIntervals(intervals);
            DateRange period = after.periodContaining(day);
            boolean liesAhead = day.isAfter(today) && period.start().equals(day);
            LocalDate chargedFrom = prorates || liesAhead ? day : period.end();
            Effect effect = new Effect(day, chargedFrom, lifetime, interval);
            items = ItemChange.of(items, wanted(last), effect).applyTo(items);
            lifetime = after;
            story.add(today + ": " + last + " from " + day + " charged from " + chargedFrom + " -> " + charged(items));
            for (LocalDate at = START; at.isBefore(START.plusDays(400)); at = at.plusDays(1)) {
                LocalDate asked = at;
                List<String> found = items.stream()
                        .filter(item -> isChargedOn(item, asked))
                        .map(item -> item.price().equals("a") || item.price().equals("y") ? "first" : "second")
                        .sorted()
                        .toList();
                if (!found.equals(List.of("first", "second"))) {
                    story.add("on " + at + ": " + found);
                    return story;
                }
            }
        }
        return List.of();
    }

    private static boolean isChargedOn(Item item, LocalDate day) {
        LocalDate until = item.chargedUntil();
        return !item.chargedFrom().isAfter(day) && (until == null || until.isAfter(day));
    }

    private static Effect effect(String day, String chargedFrom, boolean anotherInterval) {
        return new Effect(LocalDate.parse(day), LocalDate.parse(chargedFrom), MONTHLY, anotherInterval ? YEAR : MONTH);
    }

    private static List<Item> bought(String first) {
        return wanted(first).stream()
                .map(item -> Item.from(item.id(), item.price(), item.quantity(), START))
                .toList();
    }

    /** The first, and on the 10th others without proration. */
    private static List<Item> bought(String first, String then) {
        List<Item> items = bought(first);
        return ItemChange.of(items, wanted(then), UNPRORATED).applyTo(items);
    }

    /** On the 20th others at once, and then, by another change, the last. */
    private static List<Item> replaced(List<Item> before, String replaced, Effect effect, String last) {
        List<Item> items = ItemChange.of(before, wanted(replaced), effect("2026-01-20", "2026-01-20", false))
                .applyTo(before);
        return ItemChange.of(items, wanted(last), effect).applyTo(items);
    }

    private static List<Wanted> wanted(String items) {
        return Stream.of(items.split(" "))
                .map(item -> item.split(":"))
                .map(item -> new Wanted(UUID.randomUUID(), item[0], new BigDecimal(item.length > 1 ? item[1] : "1")))
                .toList();
    }

    private static String charged(List<Item> items) {
        List<String> shown = new ArrayList<>();
        for (Item item : items) {
            LocalDate until = item.chargedUntil();
            shown.add(item.price() + " " + item.chargedFrom().toString().substring(5) + "/"
                    + (until == null ? "-" : until.toString().substring(5)));
        }
        return String.join(" ", shown);
    }
}
