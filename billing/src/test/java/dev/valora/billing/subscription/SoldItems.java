package dev.valora.billing.subscription;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.subscription.Arrangement.Wanted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A monthly subscription of January 1 and what was arranged for it, as it is stored. Items are written as {@code a:2 b}.
 *
 * @param asked all that was ever asked for, in that order
 * @param items as their rows tell, those that never began among them
 */
record SoldItems(List<Arrangement> asked, List<Item> items, Intervals intervals) {

    static final LocalDate START = LocalDate.parse("2026-01-01");
    static final BillingInterval MONTH = new BillingInterval(BillingInterval.Unit.MONTH, 1);
    static final BillingInterval YEAR = new BillingInterval(BillingInterval.Unit.YEAR, 1);

    static SoldItems of(String first) {
        Arrangements all = Arrangements.from(START, wanted(first));
        Intervals monthly = Intervals.of(MONTH);
        return new SoldItems(all.inOrder(), all.items(monthly), monthly);
    }

    /** Others, charged from their day on or another. */
    SoldItems with(String wanted, String day, String chargedFrom) {
        LocalDate date = LocalDate.parse(day);
        return with(new Arrangement(date, LocalDate.parse(chargedFrom), wanted(wanted)), intervals.before(date));
    }

    SoldItems withYearly(String wanted, String day) {
        LocalDate date = LocalDate.parse(day);
        return with(new Arrangement(date, date, wanted(wanted)), intervals.changedOn(date, YEAR));
    }

    SoldItems with(Arrangement wanted, Intervals after) {
        Arrangements next = Arrangements.of(asked).with(wanted);
        List<Arrangement> known = new ArrayList<>(asked);
        known.add(next.last());
        return new SoldItems(known, ItemChange.between(items, next.items(after)).applyTo(items), after);
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
