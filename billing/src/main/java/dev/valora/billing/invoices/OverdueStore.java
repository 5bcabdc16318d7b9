package dev.valora.billing.invoices;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Invoices whose due date has passed, inside a transaction of their organization. */
public final class OverdueStore {

    /** In the order of an index, and no further than the limit. */
    private static final String DUE = """
            SELECT i.id, i.number, i.subscription_id FROM billing.invoices i
            CROSS JOIN LATERAL (SELECT FROM billing.subscriptions s
                WHERE s.organization_id = i.organization_id AND s.id = i.subscription_id
                    AND (s.retry_at IS NULL OR s.retry_at <= $3) OFFSET 0) able
            WHERE i.organization_id = $1 AND i.overdue_at = $2 ORDER BY i.id LIMIT $4
            """;

    private static final String NOTICED =
            "UPDATE billing.invoices SET overdue_at = NULL WHERE organization_id = $1 AND id = ANY($2)";

    private OverdueStore() {}

    /** An unpaid invoice. */
    public record Overdue(UUID invoice, String number, UUID subscription) {}

    /**
     * Invoices that are overdue from an instant on and were not noticed yet, in the order of ids.
     *
     * @param now subscriptions that wait for a later retry are left out
     * @param limit at most
     */
    public static List<Overdue> at(
            Database.Transaction transaction, OrganizationId organization, Instant at, Instant now, int limit) {
        List<Overdue> overdue = new ArrayList<>();
        Tuple parameters = Tuple.of(organization.value(), Timestamps.toSql(at), Timestamps.toSql(now), limit);
        for (Row row : transaction.execute(DUE, parameters)) {
            overdue.add(new Overdue(row.getUUID("id"), row.getString("number"), row.getUUID("subscription_id")));
        }
        return overdue;
    }

    /** Writes that they need not be noticed again. */
    public static void noticed(AuditTrail.Change change, List<Overdue> overdue) {
        change.transaction()
                .execute(
                        NOTICED,
                        Tuple.tuple()
                                .addUUID(change.author().organization().value())
                                .addArrayOfUUID(
                                        overdue.stream().map(Overdue::invoice).toArray(UUID[]::new)));
    }
}
