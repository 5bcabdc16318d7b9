package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
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

    LocalDate chargedUntil() {
        return chargedUntil;
    }

    List<Item> followers() {
        return followers;
    }

    /** Lives and is charged for ever again. */
    void goOn() {
        followers = List.of();
        end = Days.FOREVER;
        chargedUntil = Days.FOREVER;
    }

    /** Lives until a day, and is charged until that one or another, from which on others are. */
    void endOn(LocalDate day, LocalDate lastCharged, List<Item> next) {
        followers = next;
        end = day;
        chargedUntil = lastCharged;
    }

    void chargeFrom(LocalDate day) {
        chargedFrom = day;
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
