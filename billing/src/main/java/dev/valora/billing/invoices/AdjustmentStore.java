package dev.valora.billing.invoices;

import dev.valora.billing.invoice.AdjustmentTerms;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Amounts that somebody put on the next invoice, inside a transaction of their organization. */
public final class AdjustmentStore {

    private static final String INSERT = """
            INSERT INTO billing.adjustments (organization_id, id, subscription_id, amount, description, reason, created_at)
            VALUES ($1, $2, $3, $4::text::numeric, $5, $6, $7)
            """;
    private static final String WAITING = """
            SELECT subscription_id, id, description, amount, created_at FROM billing.adjustments
            WHERE organization_id = $1 AND subscription_id = ANY($2) AND invoice_id IS NULL
            ORDER BY subscription_id, created_order
            """;

    private AdjustmentStore() {}

    /** An adjustment that waits, and since when. */
    public record Waiting(AdjustmentTerms terms, Instant createdAt) {}

    /** Writes one that waits from now on. */
    public static void insert(
            Database.Transaction transaction,
            OrganizationId organization,
            UUID subscription,
            Waiting adjustment,
            String reason) {
        transaction.execute(
                INSERT,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(adjustment.terms().id())
                        .addUUID(subscription)
                        .addString(adjustment.terms().amount().toPlainString())
                        .addString(adjustment.terms().description())
                        .addString(reason)
                        .addOffsetDateTime(Timestamps.toSql(adjustment.createdAt())));
    }

    /** What waits for the next invoice of each subscription, in the order in which it was put there. */
    public static Map<UUID, List<Waiting>> waiting(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        Map<UUID, List<Waiting>> waiting = new HashMap<>();
        Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new));
        for (Row row : transaction.execute(WAITING, wanted)) {
            waiting.computeIfAbsent(row.getUUID("subscription_id"), id -> new ArrayList<>())
                    .add(new Waiting(
                            new AdjustmentTerms(
                                    row.getUUID("id"),
                                    row.getString("description"),
                                    row.get(BigDecimal.class, "amount")),
                            Timestamps.read(row, "created_at")));
        }
        return waiting;
    }
}
