package dev.valora.billing.invoices;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.invoices.InvoiceStore.Computed;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes what closing cycles billed, gave back and waived. What is waived belongs to no invoice: it stays waived when the
 * invoice of the same closing is void. Nor does anything of a closing without an invoice: it counts as billed, and no void returns
 * it.
 */
final class LedgerStore {

    private static final String INSERT = """
            INSERT INTO billing.ledger (organization_id, subscription_id, closed_cycle, revision, kind, entry, cycle, item_id,
                price, amount, quantity, days_from, days_to, invoice_id)
            SELECT $1, subscription, closed_cycle, revision, kind, entry, cycle, item, price, amount::numeric,
                quantity::numeric, days_from, days_to, invoice
            FROM unnest($2::uuid[], $3::integer[], $4::integer[], $5::text[], $6::integer[], $7::integer[], $8::uuid[],
                    $9::text[], $10::text[], $11::text[], $12::date[], $13::date[], $14::uuid[])
                AS sent (subscription, closed_cycle, revision, kind, entry, cycle, item, price, amount, quantity, days_from,
                    days_to, invoice)
            """;

    /** Behind whatever the same closing waived itself. */
    private static final String WAIVE = """
            INSERT INTO billing.ledger (organization_id, subscription_id, closed_cycle, revision, kind, entry, cycle, item_id,
                price, amount, quantity)
            SELECT l.organization_id, l.subscription_id, l.closed_cycle, l.revision, 'waived',
                (SELECT coalesce(max(waived.entry), -1) + 1 FROM billing.ledger waived WHERE waived.organization_id = l.organization_id
                    AND waived.subscription_id = l.subscription_id AND waived.closed_cycle = l.closed_cycle
                    AND waived.revision = l.revision AND waived.kind = 'waived') + l.entry,
                l.cycle, l.item_id, l.price, l.amount, l.quantity
            FROM billing.ledger l
            WHERE l.organization_id = $1 AND l.subscription_id = $2 AND l.closed_cycle = $3 AND l.revision = $4
                AND l.kind = 'billed' AND l.days_from IS NULL
            """;

    private LedgerStore() {}

    private record Written(Computed closed, int number, LedgerEntry entry) {

        @Nullable
        UUID invoice() {
            return entry.kind() == LedgerEntry.Kind.WAIVED || !closed.isIssued() ? null : closed.id();
        }

        @Nullable
        LocalDate day(Function<DateRange, LocalDate> edge) {
            DateRange days = entry.days();
            return days == null ? null : edge.apply(days);
        }
    }

    /** Writes every entry of these closings in one statement, without waiting for it. */
    static void write(AuditTrail.Change change, List<Computed> closed) {
        List<Written> written = new ArrayList<>();
        for (Computed one : closed) {
            List<LedgerEntry> entries = one.content().ledger();
            for (int i = 0; i < entries.size(); i++) {
                written.add(new Written(one, i, entries.get(i)));
            }
        }
        if (!written.isEmpty()) {
            change.transaction()
                    .send(INSERT, rows(change.author().organization().value(), written));
        }
    }

    /** Writes that what an invoice billed of usage and in arrears will not be billed by another one. */
    static void waive(AuditTrail.Change change, StoredInvoice invoice) {
        change.transaction().execute(WAIVE, invoice.closing(change.author().organization()));
    }

    private static Tuple rows(UUID organization, List<Written> written) {
        List<@Nullable LocalDate> from = new ArrayList<>();
        List<@Nullable LocalDate> to = new ArrayList<>();
        List<@Nullable UUID> invoices = new ArrayList<>();
        written.forEach(row -> {
            from.add(row.day(DateRange::start));
            to.add(row.day(DateRange::end));
            invoices.add(row.invoice());
        });
        return Tuple.tuple()
                .addUUID(organization)
                .addArrayOfUUID(ids(written, row -> row.closed().terms().subscription()))
                .addArrayOfInteger(numbers(written, row -> row.closed().terms().cycle()))
                .addArrayOfInteger(numbers(written, row -> row.closed().revision()))
                .addArrayOfString(texts(written, row -> row.entry().kind().wireName()))
                .addArrayOfInteger(numbers(written, Written::number))
                .addArrayOfInteger(numbers(written, row -> row.entry().key().cycle()))
                .addArrayOfUUID(ids(written, row -> row.entry().key().item()))
                .addArrayOfString(texts(written, row -> row.entry().key().price()))
                .addArrayOfString(texts(written, row -> row.entry().amount().toPlainString()))
                .addArrayOfString(texts(written, row -> row.entry().quantity().toPlainString()))
                .addArrayOfLocalDate(from.toArray(LocalDate[]::new))
                .addArrayOfLocalDate(to.toArray(LocalDate[]::new))
                .addArrayOfUUID(invoices.toArray(UUID[]::new));
    }

    private static UUID[] ids(List<Written> written, Function<Written, UUID> id) {
        return written.stream().map(id).toArray(UUID[]::new);
    }

    private static Integer[] numbers(List<Written> written, Function<Written, Integer> number) {
        return written.stream().map(number).toArray(Integer[]::new);
    }

    private static String[] texts(List<Written> written, Function<Written, String> text) {
        return written.stream().map(text).toArray(String[]::new);
    }
}
