package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything an invoice depends on but the usage itself, frozen at the cycle's first cut. Verifying and rating again read
 * these, never live rows.
 *
 * @param seller who sends the invoice
 * @param buyer who receives it
 * @param currency ISO 4217 code
 * @param exponent of the currency's minor unit
 * @param cycle number of the cycle; 0 for the opening invoice
 * @param closing the cycle's period, whose arrears are billed; absent on an opening invoice
 * @param advance the next period, whose advance charges are billed; absent when the subscription ends
 * @param trial whether the closing period is a trial, whose usage is shown but not billed
 * @param netTermsDays from issue to due date
 * @param items of the subscription that the invoice can charge, their prices with no other versions than those in force
 * @param usage what the quantities of usage prices depend on
 */
public record InvoiceTerms(
        Seller seller,
        Buyer buyer,
        String currency,
        int exponent,
        UUID subscription,
        int cycle,
        Optional<ServicePeriod> closing,
        Optional<ServicePeriod> advance,
        boolean trial,
        int netTermsDays,
        List<ItemTerms> items,
        UsageTerms usage) {

    /** Who sends the invoice. */
    public record Seller(
            String name, @Nullable String address, @Nullable String taxId) {}

    /**
     * Who receives it.
     *
     * @param key what usage calls the customer
     */
    public record Buyer(
            UUID id,
            String key,
            String name,
            @Nullable String email,
            @Nullable String address) {}

    /**
     * A billing period and the full period that it is, or is a stub of.
     *
     * @param full its days are what proration divides by
     */
    public record ServicePeriod(DateRange days, DateRange full) {

        /** The share of the full period that a part of this one is. */
        public Fraction shareOf(DateRange part) {
            return Fraction.of(part, full);
        }
    }

    /**
     * One item of the subscription.
     *
     * @param price with the versions that were known at the cut
     * @param quantity of a recurring price
     * @param end the first day on which the item no longer lives; null while it does
     */
    public record ItemTerms(
            UUID id,
            Price price,
            BigDecimal quantity,
            LocalDate start,
            @Nullable LocalDate end) {

        /** The days of a period on which the item lives. */
        public Optional<DateRange> daysIn(DateRange period) {
            LocalDate until = end == null || end.isAfter(period.end()) ? period.end() : end;
            LocalDate from = start.isBefore(period.start()) ? period.start() : start;
            return from.isBefore(until) ? Optional.of(new DateRange(from, until)) : Optional.empty();
        }
    }

    public InvoiceTerms {
        items = List.copyOf(items);
        if (closing.isEmpty() && advance.isEmpty()) {
            throw new IllegalArgumentException("an invoice closes a period, opens one, or both");
        }
    }

    /** The period that the invoice names: the closing one, or the first one on an opening invoice. */
    public DateRange period() {
        return closing.or(() -> advance).orElseThrow().days();
    }

    /** The local end of the closing period; an opening invoice is issued on the first day. */
    public LocalDate issueDate() {
        return closing.map(period -> period.days().end()).orElseGet(() -> period().start());
    }

    /** When it is to be paid. */
    public LocalDate dueDate() {
        return issueDate().plusDays(netTermsDays);
    }

    /** How many tiers there are in all versions of all prices, a model without tiers counting as one. */
    public int tierCount() {
        return items.stream()
                .flatMap(item -> item.price().versions().stream())
                .mapToInt(version -> version.terms().model().tierCount())
                .sum();
    }
}
