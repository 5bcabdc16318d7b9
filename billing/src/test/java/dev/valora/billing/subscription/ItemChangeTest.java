package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.subscription.ItemChange.Effect;
import dev.valora.billing.subscription.ItemChange.Wanted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items of January 1; on the 10th others without proration, on the 20th others with it. */
final class ItemChangeTest {

    private static final LocalDate START = LocalDate.parse("2026-01-01");
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
        List<Item> items = wanted(first).stream()
                .map(item -> Item.from(item.id(), item.price(), item.quantity(), START))
                .toList();
        items = ItemChange.of(items, wanted(then), UNPRORATED).applyTo(items);
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
        List<Item> items = wanted(first).stream()
                .map(item -> Item.from(item.id(), item.price(), item.quantity(), START))
                .toList();
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
        List<Item> items = wanted(first).stream()
                .map(item -> Item.from(item.id(), item.price(), item.quantity(), START))
                .toList();
        items = ItemChange.of(items, wanted(then), UNPRORATED).applyTo(items);
        items = ItemChange.of(items, wanted(replaced), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        items = ItemChange.of(items, wanted(last), effect("2026-01-15", chargedFrom, false))
                .applyTo(items);
        assertEquals(charged, charged(items));
    }

    /** On the 10th b without proration, from February 1 on c, and on the 20th c at once. */
    @Test
    void shouldCutWhatEndedWhenWhatFollowsItWasToEndBeforeItIsCharged() {
        List<Item> items = wanted("a").stream()
                .map(item -> Item.from(item.id(), item.price(), item.quantity(), START))
                .toList();
        items = ItemChange.of(items, wanted("b"), UNPRORATED).applyTo(items);
        items = ItemChange.of(items, wanted("c"), effect("2026-02-01", "2026-02-01", false))
                .applyTo(items);
        items = ItemChange.of(items, wanted("c"), effect("2026-01-20", "2026-01-20", false))
                .applyTo(items);
        assertEquals("a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 c 01-20/-", charged(items));
    }

    private static Effect effect(String day, String chargedFrom, boolean anotherInterval) {
        return new Effect(LocalDate.parse(day), LocalDate.parse(chargedFrom), anotherInterval);
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
