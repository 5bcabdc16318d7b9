package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/** Subscriptions that failed and wait, with their error, while the others go on. */
public final class SetAsideStore {

    private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
    private static final int DOUBLINGS_MAX = 8;
    private static final int FAILURE_LENGTH = 1_000;

    private static final String READ = """
            SELECT failed_attempts FROM billing.subscriptions WHERE organization_id = $1 AND id = $2
            """;
    private static final String WRITE = """
            UPDATE billing.subscriptions SET failed_attempts = $3, failed_due = $4, failure = $5, retry_at = $6
            WHERE organization_id = $1 AND id = $2
            """;
    private static final String CLEAR = """
            UPDATE billing.subscriptions SET failed_attempts = 0, failed_due = NULL, failure = NULL, retry_at = NULL
            WHERE organization_id = $1 AND id = ANY($2) AND failed_attempts > 0
            """;

    private SetAsideStore() {}

    /**
     * Sets a subscription aside: for a minute, and twice as long after each further failure, up to four hours and a quarter.
     *
     * @param due when the work should have been done
     * @param failure a sentence
     */
    public static void setAside(AuditTrail.Change change, UUID subscription, Instant due, String failure) {
        OrganizationId organization = change.author().organization();
        int attempts = attempts(change.transaction(), organization, subscription) + 1;
        Instant retryAt =
                change.author().at().plus(FIRST_WAIT.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX)));
        String kept = failure.substring(0, Math.min(failure.length(), FAILURE_LENGTH));
        change.transaction()
                .execute(
                        WRITE,
                        Tuple.of(
                                organization.value(),
                                subscription,
                                attempts,
                                Timestamps.toSql(due),
                                kept,
                                Timestamps.toSql(retryAt)));
        change.append(
                "subscription.set_aside",
                "subscription:" + subscription,
                null,
                Json.object()
                        .put("failure", kept)
                        .put("attempts", attempts)
                        .put("due", due.toString())
                        .put("retry_at", retryAt.toString()));
    }

    /** Forgets the failures of subscriptions whose work was done. */
    public static void clear(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        transaction.execute(
                CLEAR, Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new)));
    }

    private static int attempts(Database.Transaction transaction, OrganizationId organization, UUID subscription) {
        for (Row row : transaction.execute(READ, Tuple.of(organization.value(), subscription))) {
            return row.getInteger("failed_attempts");
        }
        throw new IllegalStateException("there is no subscription " + subscription);
    }
}
