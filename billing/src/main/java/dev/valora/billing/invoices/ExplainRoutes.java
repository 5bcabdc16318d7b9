package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.QuantityReader;
import dev.valora.aggregator.WindowRow;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.invoices.LineUsage.Measured;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Ids;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * {@code GET /v1/invoices/{id}/lines/{line}/explain}: the way from a line back to its events. Everything is computed again from
 * the invoice's frozen terms and the windows at its cut, and set beside what the line says.
 */
public final class ExplainRoutes {

    private final Database database;
    private final QuantityReader reader;
    private final InvoiceQuantities quantities;
    private final OrganizationDirectory organizations;

    /**
     * Routes on this database.
     *
     * @param reader of what was measured
     * @param organizations for the length of windows
     */
    public ExplainRoutes(Database database, QuantityReader reader, OrganizationDirectory organizations) {
        this.database = database;
        this.reader = reader;
        this.quantities = new InvoiceQuantities(reader);
        this.organizations = organizations;
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(new Route(
                HttpVerb.GET,
                "/v1/invoices/{id}/lines/{line}/explain",
                Access.anyOf(Scope.BILLING_READ),
                this::explain));
    }

    private Reply explain(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        OrganizationId organization = request.organization();
        Duration window =
                Duration.ofMinutes(organizations.organization(organization).windowMinutes());
        return Reply.ok(database.inOrganization(organization, transaction -> {
            StoredInvoice invoice = StoredInvoices.named(transaction, organization, request.pathParameter("id"));
            int index = indexOf(invoice, request.pathParameter("line"));
            return explained(new Reading(transaction, organization, page, window), invoice, index);
        }));
    }

    /** What a request reads with. */
    private record Reading(Database.Transaction transaction, OrganizationId organization, Page page, Duration window) {}

    private ObjectNode explained(Reading reading, StoredInvoice invoice, int index) {
        JsonNode line = invoice.lines().get(index);
        Recomputed again = Recomputed.recompute(reading.transaction(), reading.organization(), quantities, invoice)
                .orElseThrow(ExplainRoutes::changed);
        ArrayNode lines = again.content().linesJson(invoice.id());
        JsonNode computed = lines.path(index);
        if (computed.isMissingNode()) {
            throw changed();
        }
        LineTerms terms = new LineTerms(again.frozen(), computed);
        ObjectNode json = Json.object()
                .put("invoice", invoice.id().toString())
                .put("number", invoice.number())
                .put("matches", JsonDifference.between(line, computed).isEmpty());
        json.set("line", MemberOrder.ofContract(line));
        json.set("cut", InvoiceContent.cutJson(invoice.cut()));
        new LineExplanation(terms, lines, computed, again.frozen().terms().exponent()).addTo(json, again.usage());
        addUsage(json, reading, measured(again, terms));
        return json;
    }

    private static ProblemException changed() {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                "invoice_changed",
                "The invoice is not as it was finalized and cannot be computed again; verify tells where it differs."));
    }

    private static List<Measured> measured(Recomputed again, LineTerms terms) {
        List<Measured> measured = new ArrayList<>();
        for (UsageNeed need : terms.needs()) {
            measured.add(new Measured(
                    need,
                    InvoiceQuantities.question(again.frozen(), need),
                    again.usage().getOrDefault(need, BigDecimal.ZERO)));
        }
        return measured;
    }

    private void addUsage(ObjectNode json, Reading reading, List<Measured> measured) {
        List<QuantityQuestion> questions =
                measured.stream().map(Measured::question).toList();
        List<WindowRow> rows = questions.isEmpty()
                ? List.of()
                : reader.rows(
                        reading.transaction(),
                        reading.organization(),
                        questions,
                        reading.page().after(),
                        reading.page().fetch());
        json.set("measurements", LineUsage.measurements(measured));
        json.set("windows", LineUsage.windows(measured, rows, reading.page(), reading.window()));
    }

    /** Lines have ids that follow from their places. */
    private static int indexOf(StoredInvoice invoice, String line) {
        UUID wanted = Ids.parse(line).orElseThrow(() -> new ProblemException(Problem.notFound("line", line)));
        for (int i = 0; i < invoice.lines().size(); i++) {
            if (DerivedId.line(invoice.id(), i).equals(wanted)) {
                return i;
            }
        }
        throw new ProblemException(Problem.notFound("line", line));
    }
}
