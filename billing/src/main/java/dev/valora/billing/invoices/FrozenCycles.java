package dev.valora.billing.invoices;

import dev.valora.billing.JsonColumn;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.CycleTermsJson;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The terms of closed cycles, as the invoices that closed them froze them, or as they were kept where such an invoice was left
 * out. A cycle that was closed without any had nothing that usage could change.
 */
public final class FrozenCycles {

    private static final String LOAD = """
            SELECT DISTINCT ON (i.subscription_id, i.cycle) i.subscription_id, i.cycle, (i.terms::json -> 'closing')::text AS closing
            FROM unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
            JOIN billing.invoices i ON i.organization_id = $1 AND i.subscription_id = wanted.subscription
                AND i.cycle = wanted.cycle
            ORDER BY i.subscription_id, i.cycle, i.revision DESC
            """;
    private static final String LOAD_KEPT = """
            SELECT u.subscription_id, u.cycle, u.closing::text AS closing
            FROM unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
            JOIN billing.uninvoiced_cycles u ON u.organization_id = $1 AND u.subscription_id = wanted.subscription
                AND u.cycle = wanted.cycle
            """;
    private static final String KEEP = """
            INSERT INTO billing.uninvoiced_cycles (organization_id, subscription_id, cycle, closing)
            SELECT $1, subscription, cycle, closing::jsonb
            FROM unnest($2::uuid[], $3::integer[], $4::text[]) AS sent (subscription, cycle, closing)
            """;

    private FrozenCycles() {}

    /** Keeps the terms of cycles that are closed without their invoices. */
    static void keep(AuditTrail.Change change, List<InvoiceTerms> closed) {
        if (closed.isEmpty()) {
            return;
        }
        Tuple kept = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addArrayOfUUID(closed.stream().map(InvoiceTerms::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(closed.stream().map(InvoiceTerms::cycle).toArray(Integer[]::new))
                .addArrayOfString(closed.stream()
                        .map(terms -> JsonColumn.text(CycleTermsJson.write(terms.closing())))
                        .toArray(String[]::new));
        change.transaction().send(KEEP, kept);
    }

    /** The terms of these cycles; those are absent that had nothing to say on an invoice. */
    public static Map<CycleKey, CycleTerms> load(
            Database.Transaction transaction, OrganizationId organization, Collection<CycleKey> cycles) {
        Map<CycleKey, CycleTerms> terms = new HashMap<>();
        if (cycles.isEmpty()) {
            return terms;
        }
        Tuple wanted = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(CycleKey.subscriptions(cycles))
                .addArrayOfInteger(CycleKey.numbers(cycles));
        put(terms, transaction.execute(LOAD, wanted));
        if (terms.size() < cycles.size()) {
            put(terms, transaction.execute(LOAD_KEPT, wanted));
        }
        return terms;
    }

    private static void put(Map<CycleKey, CycleTerms> terms, RowSet<Row> rows) {
        for (Row row : rows) {
            terms.put(
                    new CycleKey(row.getUUID("subscription_id"), row.getInteger("cycle")),
                    CycleTermsJson.read(JsonColumn.read(row, "closing")).terms());
        }
    }
}
