package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.subscription.Backoff;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Subscriptions that failed and wait, with their error, while the others go on. */
public final class SetAsideStore {

    private static final int FAILURE_LENGTH = 1_000;

    private static final String READ = """
            SELECT s.id, s.failed_attempts FROM unnest($2::uuid[]) WITH ORDINALITY AS sent (id, place)
            JOIN billing.subscriptions s ON s.organization_id = $1 AND s.id = sent.id
            ORDER BY sent.place
            """;
    private static final String WRITE = """
            UPDATE billing.subscriptions s
            SET failed_attempts = sent.attempts, failed_due = $2, failure = sent.failure, retry_at = sent.retry_at
            FROM unnest($3::uuid[], $4::integer[], $5::text[], $6::timestamptz[]) AS sent (id, attempts, failure, retry_at)
            WHERE s.organization_id = $1 AND s.id = sent.id
            """;
    private static final String CLEAR = """
            UPDATE billing.subscriptions SET failed_attempts = 0, failed_due = NULL, failure = NULL, retry_at = NULL
            WHERE organization_id = $1 AND id = ANY($2) AND failed_attempts > 0
            """;

    private SetAsideStore() {}

    private record Failed(UUID subscription, int attempts, String failure, Instant retryAt) {}

    /**
     * Sets subscriptions aside, each for as long as its failures in a row ask for.
     *
     * @param failures a sentence for each subscription
     * @param due when the work should have been done
     */
    public static void setAside(AuditTrail.Change change, Map<UUID, String> failures, Instant due) {
        if (failures.isEmpty()) {
            return;
        }
        List<Failed> failed = failed(change, failures);
        Tuple rows = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addOffsetDateTime(Timestamps.toSql(due))
                .addArrayOfUUID(failed.stream().map(Failed::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(failed.stream().map(Failed::attempts).toArray(Integer[]::new))
                .addArrayOfString(failed.stream().map(Failed::failure).toArray(String[]::new))
                .addArrayOfOffsetDateTime(failed.stream()
                        .map(one -> Timestamps.toSql(one.retryAt()))
                        .toArray(OffsetDateTime[]::new));
        change.transaction().execute(WRITE, rows);
        for (Failed one : failed) {
            change.append(
                    "subscription.set_aside",
                    "subscription:" + one.subscription(),
                    null,
                    Json.object()
                            .put("failure", one.failure())
                            .put("attempts", one.attempts())
                            .put("due", due.toString())
                            .put("retry_at", one.retryAt().toString()));
        }
    }

    /** In the order in which they were told. */
    private static List<Failed> failed(AuditTrail.Change change, Map<UUID, String> failures) {
        List<Failed> failed = new ArrayList<>();
        Tuple asked = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addArrayOfUUID(failures.keySet().toArray(UUID[]::new));
        for (Row row : change.transaction().execute(READ, asked)) {
            UUID subscription = row.getUUID("id");
            int attempts = row.getInteger("failed_attempts") + 1;
            String failure = failures.getOrDefault(subscription, "");
            failed.add(new Failed(
                    subscription,
                    attempts,
                    failure.substring(0, Math.min(failure.length(), FAILURE_LENGTH)),
                    Backoff.retryAt(change.at(), attempts)));
        }
        if (failed.size() != failures.size()) {
            throw new IllegalStateException(
                    "of " + failures.size() + " subscriptions to be set aside there are " + failed.size());
        }
        return failed;
    }

    /** Forgets the failures of subscriptions whose work was done. */
    public static void clear(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        transaction.execute(
                CLEAR, Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new)));
    }
}
