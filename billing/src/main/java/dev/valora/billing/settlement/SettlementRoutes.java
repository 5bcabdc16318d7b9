package dev.valora.billing.settlement;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.BillingPorts;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.invoice.AdjustmentTerms;
import dev.valora.billing.invoices.AdjustmentStore;
import dev.valora.billing.invoices.InvoiceStanding;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Organization;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Payments, voids and adjustments. */
public final class SettlementRoutes {

    private static final int TEXT_LENGTH = 500;
    private static final int REFERENCE_LENGTH = 255;
    private static final int INTEGER_DIGITS = 15;
    private static final int WAITING_ADJUSTMENTS = 100;

    private final BillingPorts ports;
    private final AuditTrail audit;
    private final Reissue reissue;

    public SettlementRoutes(BillingPorts ports, AuditTrail audit) {
        this.ports = ports;
        this.audit = audit;
        this.reissue = new Reissue(ports);
    }

    /** To be served. */
    public List<Route> routes() {
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        return List.of(
                new Route(HttpVerb.POST, "/v1/subscriptions/{id}/adjustments", write, this::adjust),
                new Route(HttpVerb.POST, "/v1/invoices/{id}/mark_paid", write, this::markPaid),
                new Route(HttpVerb.POST, "/v1/invoices/{id}/void", write, this::voidInvoice));
    }

    private Reply adjust(ApiRequest request) {
        int exponent = organization(request).currency().getDefaultFractionDigits();
        JsonFields fields = request.fields();
        if (!fields.has("amount")) {
            fields.problem("amount", "missing_field", "This field is required.");
        }
        BigDecimal amount = fields.decimal("amount", INTEGER_DIGITS, exponent).orElse(BigDecimal.ONE);
        if (amount.signum() == 0) {
            fields.problem("amount", "out_of_range", "It must not be 0; a credit is negative.");
        }
        String description = fields.requiredText("description", TEXT_LENGTH);
        String reason = fields.requiredText("reason", TEXT_LENGTH);
        fields.check();
        AdjustmentTerms adjustment = new AdjustmentTerms(UUID.randomUUID(), description, amount);
        return Reply.created(audit.change(Author.of(request), change -> {
            Subscription subscription =
                    SubscriptionStore.named(change.transaction(), request.organization(), request.pathParameter("id"));
            refuseWithoutFurtherInvoice(change, subscription);
            refuseTooMany(change, subscription);
            AdjustmentStore.insert(
                    change.transaction(),
                    request.organization(),
                    subscription.id(),
                    new AdjustmentStore.Waiting(adjustment, change.at()),
                    reason);
            ObjectNode json = Json.object()
                    .put("id", adjustment.id().toString())
                    .put("subscription", subscription.id().toString())
                    .put("amount", amount.setScale(exponent).toPlainString())
                    .put("description", description)
                    .put("reason", reason)
                    .put("created_at", change.at().toString());
            change.append("adjustment.created", subscription.target(), null, json);
            return json;
        }));
    }

    private static void refuseWithoutFurtherInvoice(AuditTrail.Change change, Subscription subscription) {
        boolean mayBegin = subscription.status() instanceof SubscriptionStatus.Scheduled;
        boolean mayClose =
                CycleReader.unclosed(change.transaction(), change.author().organization(), subscription.id()).stream()
                        .anyMatch(opened -> opened.cycle().acceptedBefore().isAfter(change.at()));
        if (!mayBegin && !mayClose) {
            throw Refusal.noFurtherInvoice();
        }
    }

    private static void refuseTooMany(AuditTrail.Change change, Subscription subscription) {
        int waiting = AdjustmentStore.waiting(
                        change.transaction(), change.author().organization(), List.of(subscription.id()))
                .getOrDefault(subscription.id(), List.of())
                .size();
        if (waiting >= WAITING_ADJUSTMENTS) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT,
                    "too_many_adjustments",
                    waiting + " adjustments wait for the next invoice of this subscription, and it takes no more."));
        }
    }

    private Reply markPaid(ApiRequest request) {
        JsonFields fields = request.optionalFields();
        Optional<Instant> sent = fields.instant("paid_at");
        Optional<String> reference = fields.optionalText("reference", REFERENCE_LENGTH);
        fields.check();
        return settled(request, (change, invoice) -> {
            Instant paidAt = sent.orElse(change.at());
            if (paidAt.isAfter(change.at()) || paidAt.isBefore(Instant.EPOCH)) {
                fields.problem("paid_at", "out_of_range", "Send a time that is not in the future.");
                fields.check();
            }
            invoice.pay(change, paidAt, reference.orElse(null));
            return Json.object();
        });
    }

    private Reply voidInvoice(ApiRequest request) {
        JsonFields fields = request.fields();
        String reason = fields.requiredText("reason", TEXT_LENGTH);
        boolean again = fields.flag("reissue", false);
        fields.check();
        return settled(request, (change, invoice) -> {
            if (!again) {
                refuseToLoseWhatItLeaves(change, invoice);
            }
            invoice.takeBack(change, reason, !again);
            return again ? reissued(request, change, invoice) : Json.object();
        });
    }

    private ObjectNode reissued(ApiRequest request, AuditTrail.Change change, InvoiceStanding voided) {
        UUID id = reissue.run(change, organization(request), voided);
        InvoiceStanding revision = InvoiceStanding.named(change.transaction(), request.organization(), id.toString());
        ObjectNode json = Json.object();
        json.putObject("reissued_as")
                .put("id", id.toString())
                .put("number", revision.number())
                .put("revision", revision.revision());
        return json;
    }

    /** What waits for an invoice that never comes would be lost silently. */
    private static void refuseToLoseWhatItLeaves(AuditTrail.Change change, InvoiceStanding invoice) {
        boolean isLast = CycleReader.unclosed(
                        change.transaction(), change.author().organization(), invoice.subscription())
                .isEmpty();
        if (isLast && invoice.leavesSomething(change)) {
            throw Refusal.noFurtherInvoice(
                    "would take the adjustments, and the days charged in advance or given back, of the" + " invoice "
                            + invoice.number() + "; void it with reissue.");
        }
    }

    /** What is done with one invoice inside a change; gives members that the answer has besides those of the invoice. */
    @FunctionalInterface
    private interface Settling {
        ObjectNode run(AuditTrail.Change change, InvoiceStanding invoice);
    }

    private Reply settled(ApiRequest request, Settling settling) {
        Organization organization = organization(request);
        String id = request.pathParameter("id");
        return Reply.ok(audit.change(Author.of(request), change -> {
            InvoiceStanding invoice = InvoiceStanding.named(change.transaction(), request.organization(), id);
            ObjectNode more = settling.run(change, invoice);
            Arrears.forgive(change, organization, invoice);
            ObjectNode json = InvoiceStanding.json(change.transaction(), request.organization(), id);
            json.setAll(more);
            return json;
        }));
    }

    private Organization organization(ApiRequest request) {
        return ports.organizations().organization(request.organization());
    }
}
