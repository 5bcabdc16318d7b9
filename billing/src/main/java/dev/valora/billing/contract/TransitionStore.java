package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Database.Transaction;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows that tell how a subscription came to its status, inside a transaction of their organization. */
final class TransitionStore {

    private static final String INSERT = """
            INSERT INTO billing.transitions (organization_id, subscription_id, from_status, to_status, reason, actor,
                effective_date, occurred_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String LIST = """
            SELECT created_order, from_status, to_status, reason, actor, effective_date, occurred_at
            FROM billing.transitions
            WHERE organization_id = $1 AND subscription_id = $2 AND created_order > $3
            ORDER BY created_order LIMIT $4
            """;

    private TransitionStore() {}

    /**
     * One step of a subscription's life.
     *
     * @param from null for the first one
     * @param effectiveDate the first day of the new status
     */
    record Transition(
            @Nullable SubscriptionStatus from, SubscriptionStatus to, String reason, LocalDate effectiveDate) {}

    /** A transition as it is listed. */
    record Listed(long number, ObjectNode json) {}

    static void insert(AuditTrail.Change change, UUID subscription, Transition transition) {
        Author author = change.author();
        SubscriptionStatus from = transition.from();
        change.transaction()
                .execute(
                        INSERT,
                        Tuple.tuple()
                                .addUUID(author.organization().value())
                                .addUUID(subscription)
                                .addValue(from == null ? null : from.wireName())
                                .addString(transition.to().wireName())
                                .addString(transition.reason())
                                .addString(author.actor())
                                .addLocalDate(transition.effectiveDate())
                                .addOffsetDateTime(Timestamps.toSql(author.at())));
    }

    static List<Listed> list(Transaction transaction, OrganizationId organization, UUID subscription, Page page) {
        List<Listed> listed = new ArrayList<>();
        Tuple parameters = Tuple.of(organization.value(), subscription, page.after(), page.fetch());
        for (Row row : transaction.execute(LIST, parameters)) {
            listed.add(new Listed(
                    row.getLong("created_order"),
                    Json.object()
                            .put("from", row.getString("from_status"))
                            .put("to", row.getString("to_status"))
                            .put("reason", row.getString("reason"))
                            .put("actor", row.getString("actor"))
                            .put(
                                    "effective_date",
                                    row.getLocalDate("effective_date").toString())
                            .put(
                                    "occurred_at",
                                    Timestamps.read(row, "occurred_at").toString())));
        }
        return listed;
    }
}
