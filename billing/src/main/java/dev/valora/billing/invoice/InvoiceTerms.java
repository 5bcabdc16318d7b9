package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.ingest.Organization;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything an invoice depends on but the usage itself, frozen when it is computed. Verifying and rating again read these,
 * never live rows.
 *
 * @param seller who sends the invoice
 * @param buyer who receives it
 * @param currency ISO 4217 code
 * @param exponent of the currency's minor unit
 * @param closing the cycle that is closed, whose arrears are billed; the opening for an opening invoice
 * @param netTermsDays from issue to due date
 * @param advance licences that are charged before their period: of the next cycle, and what changed of those billed before
 * @param late earlier cycles whose usage has changed since they were billed
 * @param lateUsage what becomes of such usage
 * @param adjustments put on this invoice by hand
 */
public record InvoiceTerms(
        Seller seller,
        Buyer buyer,
        String currency,
        int exponent,
        UUID subscription,
        CycleBill closing,
        int netTermsDays,
        List<AdvanceTerms> advance,
        List<CycleBill> late,
        Organization.LateUsage lateUsage,
        List<AdjustmentTerms> adjustments) {

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
     * @param start the first day on which it is charged
     * @param end the first day on which it no longer is; null while it goes on
     */
    public record ItemTerms(
            UUID id,
            Price price,
            BigDecimal quantity,
            LocalDate start,
            @Nullable LocalDate end) {

        /** The days of a period on which the item is charged. */
        public Optional<DateRange> daysIn(DateRange period) {
            LocalDate until = end == null || end.isAfter(period.end()) ? period.end() : end;
            LocalDate from = start.isBefore(period.start()) ? period.start() : start;
            return from.isBefore(until) ? Optional.of(new DateRange(from, until)) : Optional.empty();
        }

        /** The same with another price, such as one with fewer versions. */
        public ItemTerms withPrice(Price other) {
            return new ItemTerms(id, other, quantity, start, end);
        }

        /** How many tiers there are in all versions of the price, a model without tiers counting as one. */
        int tierCount() {
            return price.versions().stream()
                    .mapToInt(version -> version.terms().model().tierCount())
                    .sum();
        }
    }

    public InvoiceTerms {
        advance = List.copyOf(advance);
        late = List.copyOf(late);
        adjustments = List.copyOf(adjustments);
    }

    /** What the quantities of one of the billed cycles depend on; throws for a cycle that this invoice does not bill. */
    public UsageTerms usageOf(int cycle) {
        return Stream.concat(Stream.of(closing), late.stream())
                .map(CycleBill::terms)
                .filter(terms -> terms.cycle() == cycle)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("cycle " + cycle + " is not billed here"))
                .usage();
    }

    /** The number of the cycle that is closed; 0 for the opening invoice. */
    public int cycle() {
        return closing.terms().cycle();
    }

    /** The period that the invoice names: the closing one, or the first one on an opening invoice. */
    public DateRange period() {
        return closing.terms().period().days();
    }

    /** The local end of the closing period; an opening invoice is issued on the first day. */
    public LocalDate issueDate() {
        return closing.terms().isOpening() ? period().start() : period().end();
    }

    /** When it is to be paid. */
    public LocalDate dueDate() {
        return issueDate().plusDays(netTermsDays);
    }

    /** How many tiers there are in all versions of all prices, a model without tiers counting as one. */
    public int tierCount() {
        return closing.terms().tierCount()
                + advance.stream()
                        .mapToInt(licence -> licence.item().tierCount())
                        .sum()
                + late.stream().mapToInt(bill -> bill.terms().tierCount()).sum();
    }
}
