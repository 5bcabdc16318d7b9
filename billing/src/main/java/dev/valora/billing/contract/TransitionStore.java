package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows that tell how a subscription came to its status, inside a transaction of their organization. */
public final class TransitionStore {

    private static final String UPDATE_STATUS = """
            UPDATE billing.subscriptions s SET status = sent.status,
                canceled_at = CASE WHEN sent.status = 'canceled' THEN $4 ELSE s.canceled_at END
            FROM unnest($2::uuid[], $3::text[]) AS sent (id, status)
            WHERE s.organization_id = $1 AND s.id = sent.id
            """;
    private static final String INSERT = """
            INSERT INTO billing.transitions (organization_id, subscription_id, from_status, to_status, reason, actor,
                effective_date, occurred_at)
            SELECT $1, sent.subscription, sent.was, sent.becomes, sent.reason, $2, sent.effective, $3
            FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::date[])
                WITH ORDINALITY AS sent (subscription, was, becomes, reason, effective, ordinal)
            ORDER BY sent.ordinal
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
    public record Transition(
            UUID subscription,
            @Nullable SubscriptionStatus from,
            SubscriptionStatus to,
            String reason,
            LocalDate effectiveDate) {}

    /** A transition as it is listed. */
    record Listed(long number, ObjectNode json) {}

    /** Writes new statuses and the rows that tell of them; a canceled subscription is canceled at the time of the change. */
    public static void write(AuditTrail.Change change, List<Transition> transitions) {
        if (transitions.isEmpty()) {
            return;
        }
        Author author = change.author();
        UUID organization = author.organization().value();
        UUID[] subscriptions =
                transitions.stream().map(Transition::subscription).toArray(UUID[]::new);
        String[] statuses = texts(transitions, transition -> transition.to().wireName());
        OffsetDateTime at = Timestamps.toSql(change.at());
        Tuple changed = Tuple.tuple()
                .addUUID(organization)
                .addArrayOfUUID(subscriptions)
                .addArrayOfString(statuses)
                .addOffsetDateTime(at);
        change.transaction().execute(UPDATE_STATUS, changed);
        Tuple rows = Tuple.tuple()
                .addUUID(organization)
                .addString(author.actor())
                .addOffsetDateTime(at)
                .addArrayOfUUID(subscriptions)
                .addArrayOfString(texts(transitions, TransitionStore::from))
                .addArrayOfString(statuses)
                .addArrayOfString(texts(transitions, Transition::reason))
                .addArrayOfLocalDate(
                        transitions.stream().map(Transition::effectiveDate).toArray(LocalDate[]::new));
        change.transaction().execute(INSERT, rows);
    }

    private static @Nullable String from(Transition transition) {
        SubscriptionStatus from = transition.from();
        return from == null ? null : from.wireName();
    }

    private static String[] texts(List<Transition> transitions, Function<Transition, @Nullable String> text) {
        List<@Nullable String> texts = new ArrayList<>();
        transitions.forEach(transition -> texts.add(text.apply(transition)));
        return texts.toArray(String[]::new);
    }

    static List<Listed> list(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, Page page) {
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
