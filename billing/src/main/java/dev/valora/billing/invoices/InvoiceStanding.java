package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.TermsJson;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether an invoice is paid or void, and how it becomes so, inside a change of its organization. */
public final class InvoiceStanding {

    private static final String PAY = """
            UPDATE billing.invoices SET status = 'paid', paid_at = $3, payment_reference = $4, overdue_at = NULL
            WHERE organization_id = $1 AND id = $2 AND status = 'finalized'
            """;
    private static final String VOID = """
            UPDATE billing.invoices SET status = 'void', voided_at = $3, void_reason = $4, overdue_at = NULL
            WHERE organization_id = $1 AND id = $2 AND status = 'finalized'
            """;
    private static final String RETURN_ADJUSTMENTS =
            "UPDATE billing.adjustments SET invoice_id = NULL WHERE organization_id = $1 AND invoice_id = $2";
    private static final String RETURNS = """
            SELECT EXISTS (SELECT FROM billing.ledger
                    WHERE organization_id = $1 AND subscription_id = $2 AND closed_cycle = $3 AND revision = $4
                        AND days_from IS NOT NULL)
                OR EXISTS (SELECT FROM billing.adjustments WHERE organization_id = $1 AND invoice_id = $5)
            """;

    /** OFFSET 0 keeps the planner, which may have no statistics yet, from going through all unpaid invoices. */
    private static final String OVERDUE = """
            SELECT FROM (SELECT status, due_date FROM billing.invoices
                WHERE organization_id = $1 AND subscription_id = $2 OFFSET 0) own
            WHERE status = 'finalized' AND due_date < $3 LIMIT 1
            """;

    private final StoredInvoice invoice;

    private InvoiceStanding(StoredInvoice invoice) {
        this.invoice = invoice;
    }

    /**
     * The invoice that a path names.
     *
     * @throws ProblemException 404 when the organization has none with this id
     */
    public static InvoiceStanding named(Database.Transaction transaction, OrganizationId organization, String id) {
        return new InvoiceStanding(StoredInvoices.named(transaction, organization, id));
    }

    /** Its number. */
    public String number() {
        return invoice.number();
    }

    /** From 1. */
    public int revision() {
        return invoice.revision();
    }

    /** Whose it is. */
    public UUID subscription() {
        return invoice.subscription();
    }

    /** The number of the cycle that it closed. */
    public int cycle() {
        return invoice.cycle();
    }

    /** The hour before which the usage that it saw was accepted. */
    public Instant acceptedBefore() {
        return invoice.cut().acceptedBefore();
    }

    /** What it was computed from. */
    public InvoiceTerms terms() {
        return TermsJson.read(invoice.terms());
    }

    /**
     * Settles it.
     *
     * @param reference of the payment, as whoever received it calls it
     * @throws ProblemException 409 unless it is finalized and open
     */
    public void pay(AuditTrail.Change change, Instant paidAt, @Nullable String reference) {
        settle(change, "paid", PAY, Tuple.of(Timestamps.toSql(paidAt), reference));
        change.append("invoice.paid", InvoiceStore.target(invoice.id()), status("finalized"), status("paid"));
    }

    /** Whether taking it back leaves something for another invoice: adjustments, or days charged in advance or given back. */
    public boolean leavesSomething(AuditTrail.Change change) {
        Tuple left = invoice.closing(change.author().organization()).addUUID(invoice.id());
        return change.transaction().execute(RETURNS, left).iterator().next().getBoolean(0);
    }

    /**
     * Takes it back: what was put on it by hand, and the licences that it charged in advance, wait for another invoice.
     *
     * @param waived whether its usage and its licences in arrears will not be billed by another one
     * @throws ProblemException 409 unless it is finalized and open
     */
    public void takeBack(AuditTrail.Change change, String reason, boolean waived) {
        settle(change, "void", VOID, Tuple.of(Timestamps.toSql(change.at()), reason));
        UUID organization = change.author().organization().value();
        change.transaction().execute(RETURN_ADJUSTMENTS, Tuple.of(organization, invoice.id()));
        if (waived) {
            LedgerStore.waive(change, invoice);
        }
        change.append(
                "invoice.voided",
                InvoiceStore.target(invoice.id()),
                status("finalized"),
                status("void").put("reason", reason));
    }

    /** Whether a subscription has an unpaid invoice that was due before this day. */
    public static boolean hasOverdue(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, LocalDate today) {
        return transaction
                        .execute(OVERDUE, Tuple.of(organization.value(), subscription, today))
                        .size()
                > 0;
    }

    /** As the HTTP contract shows it now. */
    public static ObjectNode json(Database.Transaction transaction, OrganizationId organization, String id) {
        return StoredInvoices.named(transaction, organization, id).toJson();
    }

    private void settle(AuditTrail.Change change, String status, String sql, Tuple set) {
        if (!invoice.status().equals("finalized")) {
            throw illegal(status);
        }
        Tuple parameters = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addUUID(invoice.id())
                .addValue(set.getValue(0))
                .addValue(set.getValue(1));
        if (change.transaction().execute(sql, parameters).rowCount() != 1) {
            throw new IllegalStateException("the invoice " + invoice.id() + " was not open any more");
        }
    }

    private ObjectNode status(String status) {
        return Json.object().put("number", invoice.number()).put("status", status);
    }

    private ProblemException illegal(String wanted) {
        ObjectNode extensions = Json.object().put("current_status", invoice.status());
        extensions.putArray("allowed");
        return new ProblemException(new Problem(
                ProblemKind.CONFLICT,
                "illegal_transition",
                "The invoice " + invoice.number() + " is " + invoice.status() + " and cannot become " + wanted
                        + "; it can become nothing else.",
                List.of(),
                extensions,
                Map.of()));
    }
}
