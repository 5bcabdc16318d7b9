package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * What a subscription was asked to have from a day on.
 *
 * @param turn the day itself with proration; else the end of the period, until which what ends is charged and from which on what
 *     begins is
 * @param items what lives from the day on
 */
record Order(LocalDate day, LocalDate turn, List<Bought> items) {

    /** Something that is bought; its number is all that tells two equal ones apart. */
    record Bought(int number, Price price, BigDecimal quantity) {

        boolean isSame(Wanted wanted) {
            return price.code().equals(wanted.price()) && quantity.compareTo(wanted.quantity()) == 0;
        }
    }

    Order {
        items = List.copyOf(items);
    }

    boolean prorates() {
        return turn.equals(day);
    }

    Interval interval() {
        return items.getFirst().price().interval();
    }

    Order turningOn(LocalDate other) {
        return new Order(day, other, items);
    }
}
