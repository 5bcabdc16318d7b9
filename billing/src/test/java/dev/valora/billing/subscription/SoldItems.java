package dev.valora.billing.subscription;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.subscription.Arrangement.Wanted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A monthly subscription of January 1 and what was arranged for it, as it is stored. Items are written as {@code a:2 b}.
 *
 * @param asked all that was ever asked for, in that order
 * @param items as their rows tell, those that never began among them
 */
record SoldItems(List<Arrangement> asked, List<Item> items, Lifetime lifetime) {

    static final LocalDate START = LocalDate.parse("2026-01-01");
    static final BillingInterval MONTH = new BillingInterval(BillingInterval.Unit.MONTH, 1);
    static final BillingInterval YEAR = new BillingInterval(BillingInterval.Unit.YEAR, 1);

    static SoldItems of(String first) {
        return of(first, new Lifetime(START, null, OptionalInt.empty(), Intervals.of(MONTH), null));
    }

    static SoldItems of(String first, Lifetime lifetime) {
        Arrangements all = Arrangements.from(lifetime.start(), wanted(first));
        return new SoldItems(all.inOrder(), all.items(lifetime), lifetime);
    }

    /** Others of a month from a day on. */
    SoldItems with(String wanted, String day, Charging charging) {
        LocalDate date = LocalDate.parse(day);
        return with(
                new Arrangement(date, charging, wanted(wanted)),
                lifetime.withIntervals(lifetime.intervals().before(date)));
    }

    SoldItems withYearly(String wanted, String day) {
        LocalDate date = LocalDate.parse(day);
        return with(
                new Arrangement(date, Charging.BY_DAYS, wanted(wanted)),
                lifetime.withIntervals(lifetime.intervals().changedOn(date, YEAR)));
    }

    SoldItems with(Arrangement wanted, Lifetime after) {
        Arrangements next = Arrangements.of(asked).with(wanted);
        List<Arrangement> known = new ArrayList<>(asked);
        known.add(next.last());
        return new SoldItems(known, ItemChange.between(items, next.items(after)).applyTo(items), after);
    }

    /** The same life with another end, or another end of its trial. */
    SoldItems living(Lifetime other) {
        List<Item> after = Arrangements.of(asked).items(other);
        return new SoldItems(asked, ItemChange.between(items, after).applyTo(items), other);
    }

    static List<Wanted> wanted(String items) {
        return Stream.of(items.split(" "))
                .map(item -> item.split(":"))
                .map(item -> new Wanted(UUID.randomUUID(), item[0], new BigDecimal(item.length > 1 ? item[1] : "1")))
                .toList();
    }

    /** Price and days for which each is charged, in the order in which they were bought. */
    String charged() {
        List<String> shown = new ArrayList<>();
        for (Item item : items) {
            LocalDate until = item.chargedUntil();
            shown.add(item.price() + " " + item.chargedFrom().toString().substring(5) + "/"
                    + (until == null ? "-" : until.toString().substring(5)));
        }
        return String.join(" ", shown);
    }

    /** Price and quantity of each that is charged for a day. */
    List<String> chargedOn(LocalDate day) {
        return items.stream()
                .filter(item -> !item.chargedFrom().isAfter(day))
                .filter(item ->
                        item.chargedUntil() == null || item.chargedUntil().isAfter(day))
                .map(SoldItems::name)
                .sorted()
                .toList();
    }

    /** Price and quantity of each that lives on a day. */
    List<String> livingOn(LocalDate day) {
        return items.stream()
                .filter(item -> item.livesOn(day))
                .map(SoldItems::name)
                .sorted()
                .toList();
    }

    private static String name(Item item) {
        return item.price() + ":" + item.quantity();
    }
}
