package dev.valora.billing.invoices;

import dev.valora.aggregator.QuantityReader;
import dev.valora.billing.document.InvoicePage;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code /v1/invoices}. */
public final class InvoiceRoutes {

    private static final Map<String, String> PAGE_HEADERS =
            Map.of("Content-Security-Policy", InvoicePage.CONTENT_SECURITY_POLICY);

    private final Database database;
    private final InvoiceQuantities quantities;

    /**
     * Routes on this database.
     *
     * @param quantities that invoices are verified against
     */
    public InvoiceRoutes(Database database, QuantityReader quantities) {
        this.database = database;
        this.quantities = new InvoiceQuantities(quantities);
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        String one = "/v1/invoices/{id}";
        return List.of(
                new Route(HttpVerb.GET, "/v1/invoices", read, this::list),
                new Route(HttpVerb.GET, one, read, this::get),
                new Route(HttpVerb.POST, one + "/verify", read, this::verify));
    }

    private Reply list(ApiRequest request) {
        InvoiceQuery query = InvoiceQuery.of(request.query());
        List<StoredInvoice> rows = database.inOrganization(
                request.organization(),
                transaction -> StoredInvoices.list(transaction, request.organization(), query.page(), query.filter()));
        return Reply.ok(query.page().reply(rows, StoredInvoice::sequence, StoredInvoice::toJson));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        InvoiceForm.Named named =
                InvoiceForm.of(request.pathParameter("id"), request.headers().getOrDefault("accept", ""));
        StoredInvoice invoice =
                database.inOrganization(request.organization(), transaction -> find(transaction, request, named.id()));
        Reply reply = switch (named.form()) {
            case JSON -> Reply.ok(invoice.toJson());
            case HTML ->
                new Reply(
                        200,
                        "text/html; charset=utf-8",
                        PAGE_HEADERS,
                        Buffer.buffer(InvoicePage.html(invoice.toJson())));
            case PDF -> throw notSupportedYet("invoices as PDF");
        };
        return reply.withHeader("Vary", "Accept");
    }

    private Reply verify(ApiRequest request) {
        request.query().check(Set.of());
        request.optionalFields().check();
        return Reply.ok(database.inOrganization(
                        request.organization(),
                        transaction -> Verification.of(
                                transaction,
                                request.organization(),
                                quantities,
                                find(transaction, request, request.pathParameter("id"))))
                .toJson());
    }

    private static StoredInvoice find(Database.Transaction transaction, ApiRequest request, String id) {
        return StoredInvoices.named(transaction, request.organization(), id);
    }

    private static ProblemException notSupportedYet(String what) {
        return new ProblemException(Problem.of(
                ProblemKind.INVALID,
                "not_supported_yet",
                "This version does not support it yet: " + what + ". Nothing was changed."));
    }
}
