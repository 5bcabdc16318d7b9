package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceDraft;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageNeed;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which of an invoice's frozen terms one of its lines comes from. Pure. */
final class LineTerms {

    private final InvoiceTerms terms;
    private final JsonNode line;
    private final DateRange days;

    /** @param line as it is stored */
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
        String item = line.path("item").asText();
        return kind().equals("usage")
                ? InvoiceDraft.usageNeeds(terms).stream()
                        .filter(need -> need.item().toString().equals(item) && isWithin(need.days()))
                        .toList()
                : List.of();
    }

    /** The price with the versions that were in force; empty for an adjustment. */
    Optional<Price> price() {
        String item = line.path("item").asText();
        return terms.items().stream()
                .filter(candidate -> candidate.id().toString().equals(item))
                .map(InvoiceTerms.ItemTerms::price)
                .findFirst();
    }

    /** The version whose terms made the amount; empty for an adjustment. */
    Optional<PriceVersion> version() {
        int number = line.path("price_version").asInt();
        return price().flatMap(price -> price.versions().stream()
                .filter(version -> version.version() == number)
                .findFirst());
    }

    /** The share of a full period that the amount is for. */
    Fraction share() {
        return switch (kind()) {
            case "recurring", "minimum", "maximum" ->
                Stream.concat(terms.closing().stream(), terms.advance().stream())
                        .filter(period -> period.days().contains(days.start()))
                        .map(period -> share(period))
                        .findFirst()
                        .orElse(Fraction.WHOLE);
            default -> Fraction.WHOLE;
        };
    }

    /** Whether it shows usage of a trial, which costs nothing. */
    boolean isTrial() {
        return terms.trial() && kind().equals("usage");
    }

    String kind() {
        return line.path("kind").asText();
    }

    private Fraction share(ServicePeriod period) {
        return period.shareOf(days);
    }

    private boolean isWithin(DateRange part) {
        return !part.start().isBefore(days.start()) && !part.end().isAfter(days.end());
    }
}
