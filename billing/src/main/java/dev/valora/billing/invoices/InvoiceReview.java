package dev.valora.billing.invoices;

import dev.valora.aggregator.QuantityReader;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Verifies every invoice there is, void ones too. Reads only; any thread but an event loop. */
public final class InvoiceReview {

    /** Invoices of one database transaction at most, in memory with their whole terms. */
    private static final int PAGE = 100;

    private static final String ORGANIZATIONS =
            "SELECT organization_id FROM billing.numbering ORDER BY organization_id";

    private final Database database;
    private final InvoiceQuantities quantities;

    public InvoiceReview(Database database, QuantityReader quantities) {
        this.database = database;
        this.quantities = new InvoiceQuantities(quantities);
    }

    /**
     * One invoice.
     *
     * @param differences pointers to what is no longer as it was finalized; empty when it matches
     */
    public record Reviewed(OrganizationId organization, String number, List<String> differences) {
        public Reviewed {
            differences = List.copyOf(differences);
        }
    }

    /**
     * Computes all invoices again, organization by organization in the order of their numbers.
     *
     * @param reviewed takes each, as soon as it is done
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    public void run(Consumer<Reviewed> reviewed) {
        List<OrganizationId> organizations = database.acrossOrganizations(transaction -> {
            List<OrganizationId> found = new ArrayList<>();
            for (Row row : transaction.execute(ORGANIZATIONS)) {
                found.add(new OrganizationId(row.getUUID("organization_id")));
            }
            return found;
        });
        organizations.forEach(organization -> run(organization, reviewed));
    }

    private void run(OrganizationId organization, Consumer<Reviewed> reviewed) {
        long after = 0;
        List<StoredInvoice> page;
        do {
            long last = after;
            page = database.inOrganization(organization, transaction -> {
                List<StoredInvoice> invoices = StoredInvoices.whole(transaction, organization, last, PAGE);
                invoices.forEach(invoice -> reviewed.accept(review(transaction, organization, invoice)));
                return invoices;
            });
            after = page.isEmpty() ? after : page.getLast().sequence();
        } while (!page.isEmpty());
    }

    private Reviewed review(Database.Transaction transaction, OrganizationId organization, StoredInvoice invoice) {
        return new Reviewed(
                organization,
                invoice.number(),
                Verification.of(transaction, organization, quantities, invoice).differences().stream()
                        .map(JsonDifference::pointer)
                        .toList());
    }
}
