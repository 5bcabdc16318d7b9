package dev.valora.billing.invoices;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.invoice.TermsJson;
import dev.valora.ingest.Json;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/** Writes finalized invoices, inside the change that closes their cycles. */
public final class InvoiceStore {

    private static final String TAKE_NUMBERS = """
            UPDATE billing.numbering SET next_sequence = next_sequence + $2::bigint WHERE organization_id = $1
            RETURNING next_sequence - $2::bigint AS first_sequence
            """;
    private static final String INSERT = """
            INSERT INTO billing.invoices (organization_id, revision, finalized_at, paid_at, id, sequence, number, status,
                customer_id, subscription_id, cycle, currency, period_start, period_end, issue_date, due_date, subtotal, total,
                cut_from, cut_to, accepted_before, terms, lines, content_hash)
            SELECT $1, 1, $2, CASE WHEN status = 'paid' THEN $2::timestamptz END, id, sequence, number, status, customer, subscription,
                cycle, currency, period_start, period_end, issue_date, due_date, total::numeric, total::numeric, cut_from,
                cut_to, accepted_before, terms::jsonb, lines::jsonb, content_hash
            FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::integer[], $10::text[],
                    $11::date[], $12::date[], $13::date[], $14::date[], $15::text[], $16::timestamptz[], $17::timestamptz[],
                    $18::timestamptz[], $19::text[], $20::text[], $21::text[])
                AS sent (id, sequence, number, status, customer, subscription, cycle, currency, period_start, period_end,
                    issue_date, due_date, total, cut_from, cut_to, accepted_before, terms, lines, content_hash)
            """;
    private static final String INSERT_LEDGER = """
            INSERT INTO billing.ledger (organization_id, kind, invoice_id, subscription_id, cycle, item_id, price, amount)
            SELECT $1, 'billed', sent.invoice, sent.subscription, sent.cycle, sent.item, sent.price, sent.amount::numeric
            FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[], $7::text[])
                AS sent (invoice, subscription, cycle, item, price, amount)
            """;

    private InvoiceStore() {}

    /** An invoice to be finalized, in the order of numbers. */
    public record Computed(InvoiceContent content) {

        UUID id() {
            return DerivedId.invoice(terms().subscription(), terms().cycle(), 1);
        }

        InvoiceTerms terms() {
            return content.terms();
        }

        /** What is not positive is settled at once. */
        String status() {
            return content.total().signum() > 0 ? "finalized" : "paid";
        }
    }

    /** An invoice with its number. */
    private record Numbered(Computed computed, long sequence, String number, String contentHash) {}

    private record Billed(Computed invoice, LedgerEntry entry) {}

    /**
     * Numbers the invoices in their order, writes them with what they bill, and tells the audit trail.
     *
     * @param prefix of the numbers
     */
    public static void write(AuditTrail.Change change, String prefix, List<Computed> invoices) {
        if (invoices.isEmpty()) {
            return;
        }
        UUID organization = change.author().organization().value();
        List<Numbered> numbered = numbered(change, prefix, invoices);
        change.transaction().execute(INSERT, row(organization, change.author().at(), numbered));
        change.transaction().execute(INSERT_LEDGER, ledger(organization, invoices));
        numbered.forEach(invoice ->
                change.append("invoice.finalized", target(invoice.computed().id()), null, summary(invoice)));
    }

    /** What audit entries call an invoice. */
    static String target(UUID invoice) {
        return "invoice:" + invoice;
    }

    private static List<Numbered> numbered(AuditTrail.Change change, String prefix, List<Computed> invoices) {
        Tuple taken = Tuple.of(change.author().organization().value(), (long) invoices.size());
        List<Numbered> numbered = new ArrayList<>();
        for (Row row : change.transaction().execute(TAKE_NUMBERS, taken)) {
            long sequence = row.getLong("first_sequence");
            for (Computed invoice : invoices) {
                String number = prefix + String.format(Locale.ROOT, "%06d", sequence);
                numbered.add(new Numbered(
                        invoice, sequence, number, invoice.content().hash()));
                sequence++;
            }
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
                .addArrayOfString(texts(invoices, invoice -> text(TermsJson.write(invoice.terms()))))
                .addArrayOfString(texts(
                        invoices,
                        invoice -> new String(Json.bytes(invoice.content().linesJson(invoice.id())), UTF_8)))
                .addArrayOfString(invoices.stream().map(Numbered::contentHash).toArray(String[]::new));
    }

    private static Tuple ledger(UUID organization, List<Computed> invoices) {
        List<Billed> billed = new ArrayList<>();
        invoices.forEach(
                invoice -> invoice.content().ledger().forEach(entry -> billed.add(new Billed(invoice, entry))));
        return Tuple.tuple()
                .addUUID(organization)
                .addArrayOfUUID(billed.stream().map(row -> row.invoice().id()).toArray(UUID[]::new))
                .addArrayOfUUID(billed.stream()
                        .map(row -> row.invoice().terms().subscription())
                        .toArray(UUID[]::new))
                .addArrayOfInteger(
                        billed.stream().map(row -> row.entry().key().cycle()).toArray(Integer[]::new))
                .addArrayOfUUID(
                        billed.stream().map(row -> row.entry().key().item()).toArray(UUID[]::new))
                .addArrayOfString(
                        billed.stream().map(row -> row.entry().key().price()).toArray(String[]::new))
                .addArrayOfString(billed.stream()
                        .map(Billed::entry)
                        .map(LedgerEntry::amount)
                        .map(BigDecimal::toPlainString)
                        .toArray(String[]::new));
    }

    private static ObjectNode summary(Numbered invoice) {
        Computed computed = invoice.computed();
        return Json.object()
                .put("number", invoice.number())
                .put("revision", 1)
                .put("status", computed.status())
                .put("subscription", computed.terms().subscription().toString())
                .put("cycle", computed.terms().cycle())
                .put("currency", computed.terms().currency())
                .put("total", computed.content().total().toPlainString())
                .put("content_hash", invoice.contentHash());
    }

    private static String text(ObjectNode json) {
        return new String(Json.bytes(json), UTF_8);
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
