package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.invoice.AdjustmentTerms;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceContent.Canonical;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.WrittenPrices;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/** Writes finalized invoices and what closing cycles leaves in the ledger, inside the change that closes them. */
public final class InvoiceStore {

    private static final String INSERT = """
            INSERT INTO billing.invoices (organization_id, revision, finalized_at, paid_at, id, sequence, number, status,
                customer_id, subscription_id, cycle, currency, period_start, period_end, issue_date, due_date, subtotal, total,
                cut_from, cut_to, accepted_before, terms, lines, content_hash, overdue_at)
            SELECT $1, revision, $2, CASE WHEN status = 'paid' THEN $2::timestamptz END, id, sequence, number, status, customer, subscription,
                cycle, currency, period_start, period_end, issue_date, due_date, total::numeric, total::numeric, cut_from,
                cut_to, accepted_before, terms, lines, content_hash,
                CASE WHEN status = 'finalized' THEN overdue_at END
            FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::integer[], $10::text[],
                    $11::date[], $12::date[], $13::date[], $14::date[], $15::text[], $16::timestamptz[], $17::timestamptz[],
                    $18::timestamptz[], $19::text[], $20::text[], $21::text[], $22::integer[], $23::timestamptz[])
                AS sent (id, sequence, number, status, customer, subscription, cycle, currency, period_start, period_end,
                    issue_date, due_date, total, cut_from, cut_to, accepted_before, terms, lines, content_hash, revision,
                    overdue_at)
            """;
    private static final String TAKE_ADJUSTMENTS = """
            UPDATE billing.adjustments a SET invoice_id = sent.invoice
            FROM unnest($2::uuid[], $3::uuid[]) AS sent (adjustment, invoice)
            WHERE a.organization_id = $1 AND a.id = sent.adjustment AND a.invoice_id IS NULL
            """;

    private InvoiceStore() {}

    /**
     * What closing a cycle, or issuing its invoice again, comes to.
     *
     * @param revision from 1
     * @param isIssued whether there is an invoice at all
     * @param overdueAt from when on it is overdue if nobody has paid it: when the day after its due date begins
     */
    public record Computed(InvoiceContent content, int revision, boolean isIssued, Instant overdueAt) {

        /** The first revision, if there is anything to say on it: a line, or what the policy takes for one. */
        public static Computed first(InvoiceContent content, Organization.ZeroInvoices zeroInvoices, ZoneId zone) {
            boolean isIssued = switch (zeroInvoices) {
                case ISSUE -> !content.lines().isEmpty();
                case SKIP -> !content.isZero();
            };
            return new Computed(content, 1, isIssued, overdueAt(content, zone));
        }

        /** A later revision, which is always issued: it takes the place of one that somebody has seen. */
        public static Computed again(InvoiceContent content, int revision, ZoneId zone) {
            return new Computed(content, revision, true, overdueAt(content, zone));
        }

        private static Instant overdueAt(InvoiceContent content, ZoneId zone) {
            return content.terms().dueDate().plusDays(1).atStartOfDay(zone).toInstant();
        }

        /** The id of the invoice, if there is one. */
        public UUID id() {
            return DerivedId.invoice(terms().subscription(), terms().cycle(), revision);
        }

        InvoiceTerms terms() {
            return content.terms();
        }

        /** What is not positive is settled at once. */
        String status() {
            return content.total().signum() > 0 ? "finalized" : "paid";
        }
    }

    /** An invoice with its number, and what is long of it as JSON text. */
    private record Numbered(Computed computed, long sequence, String number, Canonical canonical) {

        static Numbered of(Computed computed, long sequence, String number, WrittenPrices prices) {
            return new Numbered(computed, sequence, number, computed.content().canonical(prices));
        }
    }

    /**
     * Numbers the invoices in their order, writes them with what they bill, and tells the audit trail. Without an invoice only the
     * ledger and the cycle's own terms are written, where there is something that usage may still change.
     *
     * @param prefix of the numbers
     */
    public static void write(AuditTrail.Change change, String prefix, List<Computed> closed) {
        List<Computed> invoices = closed.stream().filter(Computed::isIssued).toList();
        UUID organization = change.author().organization().value();
        if (!invoices.isEmpty()) {
            List<Numbered> numbered = numbered(change, prefix, invoices);
            change.transaction().send(INSERT, row(organization, change.at(), numbered));
            takeAdjustments(change, invoices);
            numbered.forEach(invoice ->
                    change.append("invoice.finalized", target(invoice.computed().id()), null, summary(invoice)));
        }
        FrozenCycles.keep(
                change,
                closed.stream()
                        .filter(one -> !one.isIssued() && !one.content().lines().isEmpty())
                        .map(one -> one.content().terms())
                        .toList());
        LedgerStore.write(change, closed);
    }

    private static void takeAdjustments(AuditTrail.Change change, List<Computed> invoices) {
        List<UUID> adjustments = new ArrayList<>();
        List<UUID> takers = new ArrayList<>();
        for (Computed invoice : invoices) {
            for (AdjustmentTerms adjustment : invoice.terms().adjustments()) {
                adjustments.add(adjustment.id());
                takers.add(invoice.id());
            }
        }
        if (adjustments.isEmpty()) {
            return;
        }
        Tuple taken = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addArrayOfUUID(adjustments.toArray(UUID[]::new))
                .addArrayOfUUID(takers.toArray(UUID[]::new));
        int rows = change.transaction().execute(TAKE_ADJUSTMENTS, taken).rowCount();
        if (rows != adjustments.size()) {
            throw new IllegalStateException(rows + " of " + adjustments.size() + " adjustments were still waiting");
        }
    }

    /** What audit entries call an invoice. */
    static String target(UUID invoice) {
        return "invoice:" + invoice;
    }

    private static List<Numbered> numbered(AuditTrail.Change change, String prefix, List<Computed> invoices) {
        List<Numbered> numbered = new ArrayList<>();
        long sequence = change.takeSequences(invoices.size());
        WrittenPrices prices = new WrittenPrices();
        for (Computed invoice : invoices) {
            numbered.add(Numbered.of(invoice, sequence, prefix + String.format(Locale.ROOT, "%06d", sequence), prices));
            sequence++;
        }
        return numbered;
    }

    private static Tuple row(UUID organization, Instant finalizedAt, List<Numbered> invoices) {
        Tuple row = Tuple.tuple()
                .addUUID(organization)
                .addOffsetDateTime(Timestamps.toSql(finalizedAt))
                .addArrayOfUUID(ids(invoices, Computed::id))
                .addArrayOfLong(invoices.stream().map(Numbered::sequence).toArray(Long[]::new))
                .addArrayOfString(invoices.stream().map(Numbered::number).toArray(String[]::new))
                .addArrayOfString(texts(invoices, Computed::status))
                .addArrayOfUUID(ids(invoices, invoice -> invoice.terms().buyer().id()))
                .addArrayOfUUID(ids(invoices, invoice -> invoice.terms().subscription()))
                .addArrayOfInteger(invoices.stream()
                        .map(invoice -> invoice.computed().terms().cycle())
                        .toArray(Integer[]::new))
                .addArrayOfString(texts(invoices, invoice -> invoice.terms().currency()))
                .addArrayOfLocalDate(
                        days(invoices, invoice -> invoice.terms().period().start()))
                .addArrayOfLocalDate(
                        days(invoices, invoice -> invoice.terms().period().end()))
                .addArrayOfLocalDate(days(invoices, invoice -> invoice.terms().issueDate()))
                .addArrayOfLocalDate(days(invoices, invoice -> invoice.terms().dueDate()))
                .addArrayOfString(
                        texts(invoices, invoice -> invoice.content().total().toPlainString()));
        return row.addArrayOfOffsetDateTime(
                        instants(invoices, invoice -> invoice.content().cut().from()))
                .addArrayOfOffsetDateTime(
                        instants(invoices, invoice -> invoice.content().cut().to()))
                .addArrayOfOffsetDateTime(
                        instants(invoices, invoice -> invoice.content().cut().acceptedBefore()))
                .addArrayOfString(invoices.stream()
                        .map(invoice -> invoice.canonical().terms())
                        .toArray(String[]::new))
                .addArrayOfString(invoices.stream()
                        .map(invoice -> invoice.canonical().lines())
                        .toArray(String[]::new))
                .addArrayOfString(invoices.stream()
                        .map(invoice -> invoice.canonical().hash())
                        .toArray(String[]::new))
                .addArrayOfInteger(invoices.stream()
                        .map(invoice -> invoice.computed().revision())
                        .toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(instants(invoices, Computed::overdueAt));
    }

    private static ObjectNode summary(Numbered invoice) {
        Computed computed = invoice.computed();
        return Json.object()
                .put("number", invoice.number())
                .put("revision", computed.revision())
                .put("status", computed.status())
                .put("subscription", computed.terms().subscription().toString())
                .put("cycle", computed.terms().cycle())
                .put("currency", computed.terms().currency())
                .put("total", computed.content().total().toPlainString())
                .put("content_hash", invoice.canonical().hash());
    }

    private static UUID[] ids(List<Numbered> invoices, Function<Computed, UUID> id) {
        return invoices.stream().map(Numbered::computed).map(id).toArray(UUID[]::new);
    }

    private static String[] texts(List<Numbered> invoices, Function<Computed, String> text) {
        return invoices.stream().map(Numbered::computed).map(text).toArray(String[]::new);
    }

    private static LocalDate[] days(List<Numbered> invoices, Function<Computed, LocalDate> day) {
        return invoices.stream().map(Numbered::computed).map(day).toArray(LocalDate[]::new);
    }

    private static OffsetDateTime[] instants(List<Numbered> invoices, Function<Computed, Instant> instant) {
        return invoices.stream()
                .map(Numbered::computed)
                .map(instant)
                .map(Timestamps::toSql)
                .toArray(OffsetDateTime[]::new);
    }
}
