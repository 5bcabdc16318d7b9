package dev.valora.billing.invoices;

import dev.valora.billing.JsonColumn;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.CycleTermsJson;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The terms of closed cycles, as the invoices that closed them froze them. A cycle that was closed without an invoice had
 * nothing that usage could change.
 */
public final class FrozenCycles {

    private static final String LOAD = """
            SELECT DISTINCT ON (i.subscription_id, i.cycle) i.subscription_id, i.cycle, (i.terms -> 'closing')::text AS closing
            FROM unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
            JOIN billing.invoices i ON i.organization_id = $1 AND i.subscription_id = wanted.subscription
                AND i.cycle = wanted.cycle
            ORDER BY i.subscription_id, i.cycle, i.revision DESC
            """;

    private FrozenCycles() {}

    /** The terms of these cycles; those without an invoice are absent. */
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
        for (Row row : transaction.execute(LOAD, wanted)) {
            terms.put(
                    new CycleKey(row.getUUID("subscription_id"), row.getInteger("cycle")),
                    CycleTermsJson.read(JsonColumn.read(row, "closing")).terms());
        }
        return terms;
    }
}
