package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.AdvanceTerms;
import dev.valora.billing.invoice.CycleBill;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceDraft;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.UsageCharge;
import dev.valora.billing.invoice.UsageNeed;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Which of an invoice's frozen terms one of its lines comes from. Pure. */
final class LineTerms {

    private final InvoiceTerms terms;
    private final JsonNode line;
    private final DateRange days;

    /** @param line as it was computed */
    LineTerms(FrozenInvoice frozen, JsonNode line) {
        this.terms = frozen.terms();
        this.line = line;
        JsonNode period = line.path("service_period");
        this.days = new DateRange(
                LocalDate.parse(period.path("start").asText()),
                LocalDate.parse(period.path("end").asText()));
    }

    /** The quantities that it charges, in the order of time; none for a licence or an adjustment. */
    List<UsageNeed> needs() {
        return isUsage()
                ? InvoiceDraft.usageNeeds(terms).stream()
                        .filter(need -> need.cycle() == cycle() && isOfItem(need.item()) && isWithin(need.days()))
                        .toList()
                : List.of();
    }

    /** The price with the versions that were in force; empty for an adjustment. */
    Optional<Price> price() {
        return item().map(ItemTerms::price);
    }

    /** The version whose terms made the amount; empty for an adjustment. */
    Optional<PriceVersion> version() {
        return price().flatMap(price -> price.versions().stream()
                .filter(version -> version.version() == versionNumber())
                .findFirst());
    }

    /** The share of a full period that the amount is for. */
    Fraction share() {
        JsonNode share = line.path("proration");
        return share.isObject()
                ? new Fraction(share.path("days").asLong(), share.path("of").asLong())
                : Fraction.WHOLE;
    }

    /** Whether it shows usage of a trial, which costs nothing. */
    boolean isTrial() {
        return isUsage() && ownCycle().filter(CycleTerms::isTrial).isPresent();
    }

    /** What of its cycle was billed or waived by earlier invoices; empty for the first bill, and for what is no usage. */
    Optional<CycleBill.Before> billedBefore() {
        return bills().flatMap(bill -> bill.before().stream())
                .filter(before -> before.key().cycle() == cycle()
                        && isOfItem(before.key().item())
                        && before.key().price().equals(line.path("price").asText()))
                .findFirst();
    }

    /** What the usage of an earlier cycle comes to at this invoice's cut; empty unless the line corrects one. */
    Optional<UsageCharge> target(Map<UsageNeed, BigDecimal> usage) {
        return kind() == Kind.LATE_USAGE
                ? terms.late().stream()
                        .map(CycleBill::terms)
                        .filter(cycle -> cycle.cycle() == cycle())
                        .findFirst()
                        .flatMap(cycle -> item().flatMap(item -> UsageCharge.of(cycle, item, usage, terms.exponent())))
                : Optional.empty();
    }

    /** The terms of the cycle whose usage it bills. */
    private Optional<CycleTerms> ownCycle() {
        return bills().map(CycleBill::terms)
                .filter(cycle -> cycle.cycle() == cycle())
                .findFirst();
    }

    Kind kind() {
        return Kind.valueOf(line.path("kind").asText().toUpperCase(Locale.ROOT));
    }

    private boolean isUsage() {
        return kind() == Kind.USAGE || kind() == Kind.LATE_USAGE;
    }

    private int cycle() {
        return line.path("cycle").asInt();
    }

    private int versionNumber() {
        return line.path("price_version").asInt();
    }

    private Stream<CycleBill> bills() {
        return Stream.concat(Stream.of(terms.closing()), terms.late().stream());
    }

    /** The item as the line's cycle knew it: a change may have given it other days in another. */
    private Optional<ItemTerms> item() {
        Stream<ItemTerms> charged = bills().map(CycleBill::terms)
                .filter(cycle -> cycle.cycle() == cycle())
                .flatMap(cycle -> cycle.items().stream());
        Stream<ItemTerms> advance = terms.advance().stream().map(AdvanceTerms::item);
        return Stream.concat(charged, advance)
                .filter(item -> isOfItem(item.id())
                        && item.price().versions().stream().anyMatch(version -> version.version() == versionNumber()))
                .findFirst();
    }

    private boolean isOfItem(UUID item) {
        return item.toString().equals(line.path("item").asText());
    }

    private boolean isWithin(DateRange part) {
        return !part.start().isBefore(days.start()) && !part.end().isAfter(days.end());
    }
}
