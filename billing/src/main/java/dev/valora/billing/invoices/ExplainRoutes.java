package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.QuantityReader;
import dev.valora.aggregator.WindowRow;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.TermsJson;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.invoices.LineUsage.Measured;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
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
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/invoices/{id}/lines/{line}/explain}: the way from a line back to its events. Everything is computed again from
 * the invoice's frozen terms and the windows at its cut, and set beside what the line says.
 */
public final class ExplainRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ExplainRoutes.class);

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
            StoredInvoice invoice = find(transaction, request);
            int index = indexOf(invoice, request.pathParameter("line"));
            return explained(new Reading(transaction, organization, page, window), invoice, index);
        }));
    }

    /** What a request reads with. */
    private record Reading(Database.Transaction transaction, OrganizationId organization, Page page, Duration window) {}

    private ObjectNode explained(Reading reading, StoredInvoice invoice, int index) {
        JsonNode line = invoice.lines().get(index);
        try {
            FrozenInvoice frozen = new FrozenInvoice(TermsJson.read(invoice.terms()), invoice.cut());
            Map<UsageNeed, BigDecimal> usage = quantities
                    .read(reading.transaction(), reading.organization(), List.of(frozen))
                    .getFirst();
            JsonNode computed =
                    InvoiceContent.of(frozen, usage).linesJson(invoice.id()).path(index);
            LineTerms terms = new LineTerms(frozen, line);
            ObjectNode json = Json.object()
                    .put("invoice", invoice.id().toString())
                    .put("number", invoice.number())
                    .put("matches", JsonDifference.between(line, computed).isEmpty());
            json.set("line", MemberOrder.ofContract(line));
            json.set("cut", InvoiceContent.cutJson(invoice.cut()));
            new LineExplanation(terms, invoice.lines(), line, frozen.terms().exponent()).addTo(json, usage);
            addUsage(json, reading, measured(frozen, terms, usage));
            return json;
        } catch (DatabaseException unread) {
            throw unread;
        } catch (RuntimeException damaged) {
            // What was once finalized could be computed, so the row is no longer what was written.
            LOG.warn("A line of invoice {} cannot be explained: {}", invoice.id(), damaged.toString());
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.CONFLICT,
                            "invoice_changed",
                            "The invoice is not as it was finalized and cannot be computed again; verify tells where it differs."));
        }
    }

    private static List<Measured> measured(FrozenInvoice frozen, LineTerms terms, Map<UsageNeed, BigDecimal> usage) {
        List<Measured> measured = new ArrayList<>();
        for (UsageNeed need : terms.needs()) {
            measured.add(new Measured(
                    need, InvoiceQuantities.question(frozen, need), usage.getOrDefault(need, BigDecimal.ZERO)));
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

    private static StoredInvoice find(Database.Transaction transaction, ApiRequest request) {
        String id = request.pathParameter("id");
        return Ids.parse(id)
                .flatMap(parsed -> StoredInvoices.find(transaction, request.organization(), parsed))
                .orElseThrow(() -> new ProblemException(Problem.notFound("invoice", id)));
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
