package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * What a subscription was asked to have from a day on.
 *
 * @param prorates whether days are charged and given back from the day on
 * @param liesAhead whether the day was to begin a period that lay ahead when this was asked for
 * @param items what lives from the day on
 */
record Order(LocalDate day, boolean prorates, boolean liesAhead, List<Bought> items) {

    /** Something that is bought; its number is all that tells two equal ones apart. */
    record Bought(int number, Price price, BigDecimal quantity) {

        boolean isSame(Wanted wanted) {
            return price.code().equals(wanted.price()) && quantity.compareTo(wanted.quantity()) == 0;
        }
    }

    Order {
        items = List.copyOf(items);
    }

    Interval interval() {
        return items.getFirst().price().interval();
    }

    Order lyingAhead() {
        return new Order(day, prorates, true, items);
    }
}
