package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A price that a subscription had on some days. Changes with the life it belongs to. */
final class Item {

    private final int number;
    private final Price price;
    private final BigDecimal quantity;
    private final LocalDate start;
    private LocalDate end = Days.FOREVER;
    private LocalDate chargedFrom;
    private LocalDate chargedUntil = Days.FOREVER;
    private List<Item> followers = List.of();
    private final Deque<Cut> cuts = new ArrayDeque<>();

    /**
     * How it was to be charged before a change of a day let that end sooner.
     *
     * @param isKept whether a change of the same day without proration has left it so
     */
    private record Cut(LocalDate day, LocalDate chargedUntil, List<Item> followers, boolean isKept) {}

    Item(int number, Price price, BigDecimal quantity, LocalDate start) {
        this.number = number;
        this.price = price;
        this.quantity = quantity;
        this.start = start;
        this.chargedFrom = start;
    }

    int number() {
        return number;
    }

    Price price() {
        return price;
    }

    BigDecimal quantity() {
        return quantity;
    }

    LocalDate start() {
        return start;
    }

    LocalDate end() {
        return end;
    }

    List<Item> followers() {
        return followers;
    }

    /** Lives and is charged for ever again. */
    void goOn() {
        followers = List.of();
        end = Days.FOREVER;
        chargedUntil = Days.FOREVER;
        cuts.clear();
    }

    /** Lives until a day, and is charged until that one or another, from which on others are. */
    void endOn(LocalDate day, LocalDate lastCharged, List<Item> next) {
        followers = next;
        end = day;
        chargedUntil = lastCharged;
        cuts.clear();
    }

    /** Has ended, and is charged no longer than until a day, by a change of a day. */
    void cut(LocalDate changed, LocalDate lastCharged, List<Item> next) {
        cuts.push(new Cut(changed, chargedUntil, followers, false));
        chargedUntil = Days.earlier(chargedUntil, lastCharged);
        followers = next;
    }

    /**
     * What was changed for a day or later ones does not come about.
     *
     * @param isProrated else the days up to the period's end stay as other changes of that day have left them
     */
    void forgetCutsSince(LocalDate day, boolean isProrated) {
        while (!cuts.isEmpty() && cuts.element().day().isAfter(day)) {
            forget();
        }
        while (isProrated && isCutOn(day) && !cuts.element().isKept()) {
            forget();
        }
        if (!isProrated && isCutOn(day)) {
            Cut cut = cuts.pop();
            cuts.push(new Cut(cut.day(), cut.chargedUntil(), cut.followers(), true));
        }
    }

    private boolean isCutOn(LocalDate day) {
        return !cuts.isEmpty() && cuts.element().day().equals(day);
    }

    private void forget() {
        Cut cut = cuts.pop();
        chargedUntil = cut.chargedUntil();
        followers = cut.followers();
    }

    void chargeFrom(LocalDate day) {
        chargedFrom = day;
    }

    LocalDate chargedUntil() {
        return chargedUntil;
    }

    boolean isChargedFrom(LocalDate day) {
        return chargedFrom.equals(day);
    }

    boolean isChargedBefore(LocalDate day) {
        return chargedFrom.isBefore(day);
    }

    boolean isSame(Wanted wanted) {
        return price.code().equals(wanted.price()) && quantity.compareTo(wanted.quantity()) == 0;
    }

    boolean livesOn(LocalDate day) {
        return !day.isBefore(start) && day.isBefore(end);
    }

    /** The days of a range on which it lives; null when there are none. */
    @Nullable
    Days living(Days range) {
        Days lives = Days.between(start, end);
        return lives == null ? null : lives.meet(range);
    }

    /** The days of a range for which a licence is charged; null when there are none. */
    @Nullable
    Days charged(Days range) {
        Days charged = Days.between(chargedFrom, chargedUntil);
        return charged == null ? null : charged.meet(range);
    }
}
