package dev.valora.billing.invoices;

import dev.valora.ingest.Ids;
import dev.valora.ingest.Page;
import dev.valora.ingest.QueryParameters;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The query of {@code GET /v1/invoices}.
 *
 * @param page by the order of numbers
 */
record InvoiceQuery(Page page, StoredInvoices.Filter filter) {

    private static final Set<String> NAMES =
            Set.of("limit", "cursor", "customer", "subscription", "status", "from", "to", "finalized_after");
    private static final List<String> STATUSES = List.of("finalized", "paid", "void");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    /** Throws 422 with everything that is wrong. */
    static InvoiceQuery of(QueryParameters query) {
        Page page = Page.of(query);
        Optional<String> customer = query.text("customer");
        if (customer.filter(key -> key.indexOf('\0') >= 0).isPresent()) {
            query.problem("customer", "invalid_field", "Send text without NUL.");
        }
        Optional<UUID> subscription = query.text("subscription").flatMap(Ids::parse);
        if (subscription.isEmpty() && !query.all("subscription").isEmpty()) {
            query.problem("subscription", "invalid_id", "Send the id of a subscription.");
        }
        Optional<String> status = query.text("status");
        if (status.isPresent() && !STATUSES.contains(status.get())) {
            query.problem("status", "invalid_choice", "Use one of: " + String.join(", ", STATUSES) + ".");
        }
        Optional<LocalDate> from = date(query, "from");
        Optional<LocalDate> to = date(query, "to");
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            query.problem("to", "out_of_range", "Send a to after from; the day itself is not shown.");
        }
        Optional<Instant> finalizedAfter = query.storableInstant("finalized_after");
        query.check(NAMES);
        return new InvoiceQuery(
                page,
                new StoredInvoices.Filter(
                        customer.orElse(null),
                        subscription.orElse(null),
                        status.orElse(null),
                        from.orElse(null),
                        to.orElse(null),
                        finalizedAfter.orElse(null)));
    }

    private static Optional<LocalDate> date(QueryParameters query, String name) {
        Optional<String> text = query.text(name);
        try {
            if (text.isEmpty() || DATE.matcher(text.get()).matches()) {
                return text.map(LocalDate::parse);
            }
        } catch (DateTimeParseException noSuchDay) {
            // told below, together with what does not look like a date
        }
        query.problem(name, "invalid_date", "Write a date such as 2026-01-31.");
        return Optional.empty();
    }
}
